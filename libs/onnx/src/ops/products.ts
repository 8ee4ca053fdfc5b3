/** @file Matrix products. */
import { broadcast } from '../dims.js';
import type { Dim, Value } from '../graph.js';
import { one } from './one.js';

/** Batched matrix product over the last two axes: [..., m, k] · [..., k, n] → [..., m, n]; leading axes broadcast. */
export function matmul(a: Value, b: Value): Value {
  const leading = (v: Value): Value => ({ ...v, dims: v.dims.slice(0, -2) });
  const [m, n] = [a.dims.at(-2), b.dims.at(-1)];
  if (m === undefined || n === undefined || b.dims.length < 2) throw new Error('matmul takes matrices, not vectors');
  return one('MatMul', [a, b], [...broadcast(leading(a), leading(b)), m, n]);
}

/** x W (or x Wᵀ) + b for x: [rows, in]. */
export const gemm = (x: Value, w: Value, b: Value | undefined, transposed: boolean): Value =>
  one('Gemm', b ? [x, w, b] : [x, w], [size(x, 0), size(w, transposed ? 0 : 1)], { transB: transposed ? 1 : 0 });

/** The product of two matrices, each as it is or transposed; nothing is transposed in memory. */
export const matrixProduct = (a: Value, transA: boolean, b: Value, transB: boolean): Value =>
  one('Gemm', [a, b], [size(a, transA ? 1 : 0), size(b, transB ? 0 : 1)], {
    transA: transA ? 1 : 0,
    transB: transB ? 1 : 0,
  });

function size(matrix: Value, axis: 0 | 1): Dim {
  const dim = matrix.dims[axis];
  if (dim === undefined || matrix.dims.length !== 2)
    throw new Error(`Gemm takes matrices, not [${matrix.dims.join()}]`);
  return dim;
}
