/** @file Rules for sums and means over axes that stay with size 1, and for Expand, which undoes them. */
import type { Value } from '../graph.js';
import { cast, div, expandTo, scale } from '../ops/index.js';
import { one } from '../ops/one.js';
import { type Rule, unary } from './rule.js';
import { sumTo } from './sum-to.js';

export const REDUCTIONS: Readonly<Record<string, Rule>> = {
  ReduceSum: (node, [gradient]) => [() => expandTo(gradient as Value, node.inputs[0] as Value)],
  ReduceMean: unary((g, x, y) => expandTo(perElement(g, x, y), x)),
  Expand: (node, [gradient]) => [() => sumTo(gradient as Value, node.inputs[0] as Value)],
};

/** g divided by the number of elements of x that each element of y is the mean of. */
function perElement(g: Value, x: Value, y: Value): Value {
  const averaged = x.dims.filter((dim, i) => dim !== y.dims[i]);
  if (averaged.every((dim) => typeof dim === 'number')) return scale(g, 1 / averaged.reduce((a, b) => a * b, 1));
  return div(g, div(count(x), count(y)));
}

const count = (a: Value): Value => cast(one('Size', [a], [], {}, 'int64'), 'float32');
