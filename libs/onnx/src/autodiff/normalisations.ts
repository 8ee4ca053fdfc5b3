/** @file Rules for softmax and LayerNorm. */
import type { Node, Value } from '../graph.js';
import { exp, mean, mul, sub, sum } from '../ops/index.js';
import { withSizes } from '../dims.js';
import { NoGradientError, type Rule, unary } from './rule.js';
import { sumTo } from './sum-to.js';

export const NORMALISATIONS: Readonly<Record<string, Rule>> = {
  Softmax: unary((g, _, y, node) => {
    const weighted = mul(g, y);
    return sub(weighted, mul(y, sum(weighted, axis(node))));
  }),
  LogSoftmax: unary((g, _, y, node) => sub(g, mul(exp(y), sum(g, axis(node))))),
  LayerNormalization: (node, [gradient, ...ofStatistics]) => {
    if (!gradient || ofStatistics.some((g) => g))
      throw new NoGradientError(node.op, 'only its first gradient is known');
    const [x, weight, bias] = node.inputs as readonly [Value, Value, Value | undefined];
    const centre = centred(node, x);
    return [
      () => inputGradient(mul(gradient, weight), centre()),
      () => sumTo(mul(gradient, centre().standard), weight),
      bias && (() => sumTo(gradient, bias)),
    ];
  },
};

const axis = ({ attributes }: Node): number => attributes.axis as number;

/** x̂ = (x − mean) / √(variance + eps) and 1 / √(variance + eps), computed once for whatever asks for them. */
function centred(node: Node, x: Value): () => { standard: Value; inverse: Value } {
  let made: { standard: Value; inverse: Value } | undefined;
  return () => {
    if (made) return made;
    const [mu, inverse] = statistics(node, x);
    return (made = { standard: mul(sub(x, mu), inverse), inverse });
  };
}

/** The operator's own further results: each row's mean and 1 / √(variance + eps). */
function statistics(node: Node, x: Value): [mean: Value, inverse: Value] {
  const [, mu, inverse] = node.outputs;
  if (mu && inverse) return [mu, inverse];
  const type = { dtype: x.dtype, dims: withSizes(x, [axis(node)], () => 1) };
  return x.graph.extend(node, 'Statistics', [type, type]) as [Value, Value];
}

/** (ĝ − mean ĝ − x̂ · mean(ĝ x̂)) / √(variance + eps) for ĝ, the gradient by x̂. */
function inputGradient(g: Value, { standard, inverse }: { standard: Value; inverse: Value }): Value {
  const along = mul(standard, mean(mul(g, standard), -1));
  return mul(sub(sub(g, mean(g, -1)), along), inverse);
}
