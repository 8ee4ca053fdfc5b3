import { basename } from 'node:path';
import {
  type Graph,
  type Value,
  add,
  div,
  gemm,
  layerNorm,
  mean,
  mul,
  reshape,
  rmsNorm,
  sqrt,
  tanh,
  transpose,
} from '@patchbay/onnx';
import type { Architecture, Linear, Norm, TensorLocation } from '../architecture.js';
import type { ModelFiles } from '../model-files.js';

/** Puts weights into a graph by their names in the model's files. */
export class WeightReader {
  constructor(
    readonly graph: Graph,
    readonly files: ModelFiles,
  ) {}

  get architecture(): Architecture {
    return this.files.architecture;
  }

  tensor(name: string): Value {
    const { path, offset, bytes, shape } = this.location(name);
    return this.graph.weight(name, shape, { location: basename(path), offset, bytes });
  }

  protected location(name: string): TensorLocation {
    const location = this.files.tensors.get(name);
    if (!location) throw new Error(`the family names a tensor that the model lacks: ${name}`);
    return location;
  }

  /** [outputs, d_model] */
  unembedding(): Value {
    const { unembedding, unembeddingLayout } = this.architecture;
    const stored = this.tensor(unembedding);
    return unembeddingLayout === 'in-out' ? transpose(stored, 1, 0) : stored;
  }

  /** x W + b for x: [rows, in] */
  linear(x: Value, { weight, bias, layout }: Linear): Value {
    const w = this.tensor(weight);
    const b = bias === undefined ? undefined : this.tensor(bias);
    switch (layout) {
      case 'out-in':
      case 'in-out':
        return gemm(x, w, b, layout === 'out-in');
      case 'in-by-head': {
        const [heads = 0, width = 0, out = 0] = this.#shape(weight);
        return gemm(x, reshape(w, heads * width, out), b, false);
      }
      case 'out-by-head': {
        const [heads = 0, into = 0, width = 0] = this.#shape(weight);
        const joined = reshape(transpose(w, 1, 0, 2), into, heads * width);
        return gemm(x, joined, b && reshape(b, heads * width), false);
      }
    }
  }

  /** W of q, k, v or a fused matrix in pieces of d_head columns: [pieces, in, d_head] */
  byHeadOut({ weight, layout }: Linear): Value {
    const { dModel, dHead } = this.architecture;
    const w = this.tensor(weight);
    if (layout === 'out-by-head') return w;
    if (layout === 'out-in') return transpose(reshape(w, -1, dHead, dModel), 0, 2, 1);
    return transpose(reshape(w, dModel, -1, dHead), 1, 0, 2);
  }

  /** bias of the same, [pieces, 1, d_head] */
  byHeadBias(bias: string): Value {
    return reshape(this.tensor(bias), -1, 1, this.architecture.dHead);
  }

  /** W_O in pieces of d_head rows: [heads, d_head, out] */
  byHeadIn({ weight, layout }: Linear): Value {
    const { dModel, heads, dHead } = this.architecture;
    const w = this.tensor(weight);
    if (layout === 'in-by-head') return w;
    return layout === 'out-in'
      ? transpose(reshape(w, dModel, heads, dHead), 1, 2, 0)
      : reshape(w, heads, dHead, dModel);
  }

  /** x normalised over its last axis; x itself where there is no norm */
  norm(x: Value, norm: Norm | undefined): Value {
    if (!norm) return x;
    const { kind, eps } = this.architecture.norm;
    const weight = this.normWeight(norm);
    if (kind === 'rms') return rmsNorm(x, weight, eps);
    if (norm.bias === undefined) throw new Error(`LayerNorm ${norm.weight} has no bias`);
    return layerNorm(x, weight, this.tensor(norm.bias), eps);
  }

  /** 1 / √(mean x² + eps) over the last axis, which RMSNorm multiplies x by before its weight. */
  rmsScale(x: Value): Value {
    if (this.architecture.norm.kind !== 'rms') throw new Error('only RMSNorm has a scale alone');
    return this.inverseSize(x);
  }

  /** 1 / √(mean x² + eps) over the last axis: what either norm multiplies by, LayerNorm once x is centred. */
  inverseSize(x: Value): Value {
    const eps = this.graph.scalar(this.architecture.norm.eps);
    return div(this.graph.scalar(1), sqrt(add(mean(mul(x, x), -1), eps)));
  }

  /** A norm's weight as it is multiplied. */
  normWeight({ weight }: Norm): Value {
    const { weightOffset } = this.architecture.norm;
    const stored = this.tensor(weight);
    return weightOffset === undefined ? stored : add(stored, this.graph.scalar(weightOffset));
  }

  #shape(name: string): readonly number[] {
    return this.files.tensors.get(name)?.shape ?? [];
  }
}

/** cap · tanh(x / cap): nearly x where it is small, never beyond ± cap (Gemma 2, section 2). */
export const softCap = (x: Value, cap: number | undefined): Value =>
  cap === undefined ? x : mul(tanh(mul(x, x.graph.scalar(1 / cap))), x.graph.scalar(cap));
