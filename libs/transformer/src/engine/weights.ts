import { basename } from 'node:path';
import { type Graph, type Value, gemm, layerNorm, rmsNorm } from '@patchbay/onnx';
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
    return gemm(x, this.tensor(weight), bias === undefined ? undefined : this.tensor(bias), layout === 'out-in');
  }

  norm(x: Value, { weight, bias }: Norm): Value {
    const { kind, eps } = this.architecture.norm;
    if (kind === 'rms') return rmsNorm(x, this.tensor(weight), eps);
    if (bias === undefined) throw new Error(`LayerNorm ${weight} has no bias`);
    return layerNorm(x, this.tensor(weight), this.tensor(bias), eps);
  }
}
