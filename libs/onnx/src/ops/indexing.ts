/** @file Parts of a tensor, by index. */
import { axisOf, withSizes } from '../dims.js';
import type { Value } from '../graph.js';
import { one } from './one.js';

/** a with an axis replaced by the axes of `indices` (int64). */
export const gather = (a: Value, indices: Value, axis: number): Value => {
  const at = axisOf(a, axis);
  return one('Gather', [a, indices], a.dims.toSpliced(at, 1, ...indices.dims), { axis });
};

/** a[from:] along an axis; `from` is an int64 vector of one element. */
export const sliceFrom = (a: Value, from: Value, axis: number): Value =>
  one(
    'Slice',
    [a, from, a.graph.integers(Number.MAX_SAFE_INTEGER), a.graph.integers(axis)],
    withSizes(a, [axis], () => a.graph.unknownSize()),
  );

/** Where along an axis the largest element is (int64), the first of equal ones; the axis stays, with size 1. */
export const argMax = (a: Value, axis: number): Value =>
  one(
    'ArgMax',
    [a],
    withSizes(a, [axis], () => 1),
    { axis, keepdims: 1 },
    'int64',
  );

/** Indices of the true elements of a vector, in rising order: an int64 vector. */
export const whereTrue = (flags: Value): Value => {
  const count = flags.graph.unknownSize();
  const found = one('NonZero', [flags], [1, count], {}, 'int64');
  return one('Reshape', [found, flags.graph.integers(-1)], [count]);
};
