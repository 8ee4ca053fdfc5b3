/** @file Rules for arithmetic on elements. */
import type { Value } from '../graph.js';
import { div, exp, mul, neg, pow, scale, sign, sub } from '../ops/index.js';
import { type Rule, binary, unary } from './rule.js';
import { sumTo } from './sum-to.js';

export const ARITHMETIC: Readonly<Record<string, Rule>> = {
  Identity: unary((g) => g),
  Neg: unary((g) => neg(g)),
  Add: binary(
    (g) => g,
    (g) => g,
  ),
  Sub: binary(
    (g) => g,
    (g) => neg(g),
  ),
  Mul: binary(
    (g, _, b) => mul(g, b),
    (g, a) => mul(g, a),
  ),
  Div: binary(
    (g, _, b) => div(g, b),
    (g, _, b, y) => neg(mul(g, div(y, b))),
  ),
  Pow: (node, [gradient]) => {
    const [x, exponent] = node.inputs as readonly [Value, Value];
    return [() => sumTo(mul(gradient as Value, powerSlope(x, exponent)), x)];
  },
  Sqrt: unary((g, _, y) => scale(div(g, y), 0.5)),
  Exp: unary((g, _, y) => mul(g, y)),
  Log: unary((g, x) => div(g, x)),
  Abs: unary((g, x) => mul(g, sign(x))),
  Erf: unary((g, x) => mul(g, scale(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))),
};

/** d(x^p)/dx; exponents are constants, so there is no derivative by p. */
function powerSlope(x: Value, exponent: Value): Value {
  const known = x.graph.constantOf(exponent);
  if (known?.length === 1 && known[0] === 2) return scale(x, 2);
  return mul(exponent, pow(x, sub(exponent, x.graph.scalar(1))));
}
