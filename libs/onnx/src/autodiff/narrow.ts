/**
 * @file Gradients that are the same along an axis, as those of sums and means are, stay narrow: they keep the size 1
 * there until something needs them whole, since repeating them costs a pass over memory and so does reading them.
 */
import type { Value } from '../graph.js';
import { expandTo } from '../ops/index.js';
import type { Rule } from './rule.js';

/** Whether `gradient` still has to be repeated to the shape of `value`. */
function isNarrow(gradient: Value, value: Value): boolean {
  const front = value.dims.length - gradient.dims.length;
  return front > 0 || gradient.dims.some((dim, i) => dim === 1 && value.dims[i] !== 1);
}

/** The gradient in the shape of `value`. */
export const whole = (gradient: Value, value: Value): Value =>
  isNarrow(gradient, value) ? expandTo(gradient, value) : gradient;

/** The gradient with the sizes that it must have as the gradient of `value`, whatever was inferred about it. */
export function sizedAs(gradient: Value, value: Value): Value {
  const front = value.dims.length - gradient.dims.length;
  if (!isNarrow(gradient, value)) return { ...gradient, dims: value.dims };
  return { ...gradient, dims: gradient.dims.map((dim, i) => (dim === 1 ? 1 : (value.dims[front + i] ?? dim))) };
}

/** Rules that are handed whole gradients only. */
export const withWhole = (rules: Readonly<Record<string, Rule>>): Record<string, Rule> =>
  Object.fromEntries(
    Object.entries(rules).map(([op, rule]): [string, Rule] => [
      op,
      (node, incoming, walk) =>
        rule(
          node,
          incoming.map((gradient, i) => gradient && whole(gradient, node.outputs[i] as Value)),
          walk,
        ),
    ]),
  );
