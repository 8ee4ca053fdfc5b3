/** @file Comparisons and choices, element by element, with broadcasting. */
import { broadcast } from '../dims.js';
import type { Value } from '../graph.js';
import { elementwise, one, pairwise } from './one.js';

export const equal = (a: Value, b: Value): Value => pairwise('Equal', a, b, 'bool');
export const greater = (a: Value, b: Value): Value => pairwise('Greater', a, b, 'bool');
export const atLeast = (a: Value, b: Value): Value => pairwise('GreaterOrEqual', a, b, 'bool');
export const not = (a: Value): Value => elementwise('Not', a);
export const min = (a: Value, b: Value): Value => pairwise('Min', a, b);
export const max = (a: Value, b: Value): Value => pairwise('Max', a, b);

/** condition ? a : b. */
export const where = (condition: Value, a: Value, b: Value): Value =>
  one('Where', [condition, a, b], broadcast({ ...a, dims: broadcast(condition, a) }, b), {}, a.dtype);
