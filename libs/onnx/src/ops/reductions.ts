/** @file Sums and means along axes; a reduced axis stays, with size 1. */
import { withSizes } from '../dims.js';
import type { Value } from '../graph.js';
import { one } from './one.js';

export const sum = (a: Value, ...axes: readonly number[]): Value => reduce('ReduceSum', a, axes);
export const mean = (a: Value, ...axes: readonly number[]): Value => reduce('ReduceMean', a, axes);

const reduce = (op: string, a: Value, axes: readonly number[]): Value =>
  one(
    op,
    [a, a.graph.integers(...axes)],
    withSizes(a, axes, () => 1),
    { keepdims: 1 },
  );
/** Σ a² over all of `a`, a scalar. */
export const sumSquares = (a: Value): Value => one('ReduceSumSquare', [a], [], { keepdims: 0 });
/** The largest along an axis. */
export const largest = (a: Value, axis: number): Value => reduce('ReduceMax', a, [axis]);
