/** @file Functions of whole rows: softmax and norms. */
import type { Value } from '../graph.js';
import { add, div, mul, pow, sqrt } from './arithmetic.js';
import { elementwise, one } from './one.js';
import { mean } from './reductions.js';

/** Over the last axis. */
export const softmax = (a: Value): Value => elementwise('Softmax', a, { axis: -1 });
/** log softmax over the last axis, without overflow. */
export const logSoftmax = (a: Value): Value => elementwise('LogSoftmax', a, { axis: -1 });

/** (x − mean) / √(variance + eps) · weight + bias over the last axis. */
export const layerNorm = (x: Value, weight: Value, bias: Value, epsilon: number): Value =>
  one('LayerNormalization', [x, weight, bias], x.dims, { axis: -1, epsilon: { float: epsilon } });

/** x / √(mean x² + eps) · weight over the last axis (Zhang & Sennrich 2019); the runtime fuses this pattern. */
export const rmsNorm = (x: Value, weight: Value, epsilon: number): Value => {
  const g = x.graph;
  const meanSquare = mean(pow(x, g.scalar(2)), -1);
  return mul(div(x, sqrt(add(meanSquare, g.scalar(epsilon)))), weight);
};
