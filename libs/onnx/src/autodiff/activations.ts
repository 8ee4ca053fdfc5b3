/** @file Rules for non-linear functions of the elements. */
import type { Value } from '../graph.js';
import { add, erf, exp, greater, mul, scale, sigmoid, sub, where } from '../ops/index.js';
import { type Rule, unary } from './rule.js';

export const ACTIVATIONS: Readonly<Record<string, Rule>> = {
  Sigmoid: unary((g, _, y) => mul(g, mul(y, oneMinus(y)))),
  Tanh: unary((g, _, y) => mul(g, oneMinus(mul(y, y)))),
  /** 0 at 0. */
  Relu: unary((g, x) => where(greater(x, x.graph.scalar(0)), g, x.graph.scalar(0))),
  Gelu: unary((g, x, y, { attributes }) => mul(g, attributes.approximate === 'tanh' ? tanhSlope(x, y) : slope(x))),
};

const oneMinus = (a: Value): Value => sub(a.graph.scalar(1), a);
const plus = (a: Value, x: number): Value => add(a, a.graph.scalar(x));

/** Φ(x) + x φ(x), of the normal distribution. */
function slope(x: Value): Value {
  const cumulative = plus(scale(erf(scale(x, Math.SQRT1_2)), 0.5), 0.5);
  const density = scale(exp(scale(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(cumulative, mul(x, density));
}

/**
 * Of y = x σ(x w), w = 2c (1 + k x²), which is ½ x (1 + tanh(c (x + k x³))): the slope is
 * σ + y (1 − σ) (x w)′ with (x w)′ = 3w − 4c.
 */
function tanhSlope(x: Value, y: Value): Value {
  const [c, k] = [Math.sqrt(2 / Math.PI), 0.044715];
  const w = plus(scale(mul(x, x), 2 * c * k), 2 * c);
  const s = sigmoid(mul(x, w));
  return add(s, mul(mul(y, oneMinus(s)), plus(scale(w, 3), -4 * c)));
}
