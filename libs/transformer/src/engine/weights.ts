import { basename } from 'node:path';
import { type Graph, type Value, add, gemm, layerNorm, mul, reshape, rmsNorm, tanh, transpose } from '@patchbay/onnx';
import type { Architecture, Linear, Norm } from '../architecture.js';
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
    const location = this.files.tensors.get(name);
    if (!location) throw new Error(`the family names a tensor that the model lacks: ${name}`);
    const { path, offset, bytes, shape } = location;
    return this.graph.weight(name, shape, { location: basename(path), offset, bytes });
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

  /** x normalised over its last axis; x itself where there is no norm */
  norm(x: Value, norm: Norm | undefined): Value {
    if (!norm) return x;
    const { kind, eps, weightOffset } = this.architecture.norm;
    const stored = this.tensor(norm.weight);
    const weight = weightOffset === undefined ? stored : add(stored, this.graph.scalar(weightOffset));
    if (kind === 'rms') return rmsNorm(x, weight, eps);
    if (norm.bias === undefined) throw new Error(`LayerNorm ${norm.weight} has no bias`);
    return layerNorm(x, weight, this.tensor(norm.bias), eps);
  }

  #shape(name: string): readonly number[] {
    return this.files.tensors.get(name)?.shape ?? [];
  }
}

/** cap · tanh(x / cap): nearly x where it is small, never beyond ± cap (Gemma 2, section 2). */
export const softCap = (x: Value, cap: number | undefined): Value =>
  cap === undefined ? x : mul(tanh(mul(x, x.graph.scalar(1 / cap))), x.graph.scalar(cap));
