/** @file Rules for choices between elements. */
import type { Value } from '../graph.js';
import { atLeast, where } from '../ops/index.js';
import { type Rule, binary } from './rule.js';
import { sumTo } from './sum-to.js';

const zero = (g: Value): Value => g.graph.scalar(0);

export const SELECTIONS: Readonly<Record<string, Rule>> = {
  Where: (node, [gradient]) => {
    const [condition, a, b] = node.inputs as readonly [Value, Value, Value];
    const g = gradient as Value;
    return [undefined, () => sumTo(where(condition, g, zero(g)), a), () => sumTo(where(condition, zero(g), g), b)];
  },
  // Of two equal elements the first is the one chosen.
  Max: binary(
    (g, a, b) => where(atLeast(a, b), g, zero(g)),
    (g, a, b) => where(atLeast(a, b), zero(g), g),
  ),
  Min: binary(
    (g, a, b) => where(atLeast(b, a), g, zero(g)),
    (g, a, b) => where(atLeast(b, a), zero(g), g),
  ),
};
