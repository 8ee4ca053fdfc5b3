import type { Node, Value } from '../graph.js';
import { add, zerosLike } from '../ops/index.js';
import { NoGradientError, type Seed } from './rule.js';
import { RULES } from './rules.js';
import { valuesRead } from './values-read.js';

/**
 * Reverse-mode differentiation: appends, in the scope that is being built, what computes
 * d(Σ seed.gradient · seed.value) / d(w) for each w in `wrt`, in the shape of w.
 *
 * Only nodes between `wrt` and the seeds are walked. Each w counts as free: a gradient runs through it to those before
 * it. Values that are not float32 (shapes, indices, conditions) have no gradient.
 *
 * @throws NoGradientError where an operator on the way has no rule
 */
export function gradients(seeds: readonly [Seed, ...Seed[]], wrt: readonly Value[]): Value[] {
  return backward(seeds[0].value.graph.visibleNodes(), seeds, wrt);
}

function backward(nodes: readonly Node[], seeds: readonly Seed[], wrt: readonly Value[]): Value[] {
  const dependent = dependents(nodes, wrt);
  const flowing = new Map<string, Value>();
  const receive = (value: Value, gradient: Value): void => {
    if (!dependent.has(value.name)) return;
    const before = flowing.get(value.name);
    const together = before ? add(before, gradient) : gradient;
    // A gradient has the shape of its value, whatever could be inferred about it.
    flowing.set(value.name, { ...together, dims: value.dims });
  };
  for (const { value, gradient } of seeds) receive(value, gradient);
  for (const node of nodes.toReversed()) {
    const incoming = node.outputs.map((output) => flowing.get(output.name));
    const inputs = valuesRead(node);
    const wanted = inputs.some((input) => dependent.has(input.name));
    if (!wanted || incoming.every((gradient) => gradient === undefined)) continue;
    const rule = RULES[node.op];
    if (!rule) throw new NoGradientError(node.op);
    const pending = rule(node, incoming, { dependent, backward });
    inputs.forEach((input, i) => {
      if (!dependent.has(input.name)) return;
      const gradient = pending[i];
      if (!gradient) throw new NoGradientError(node.op, `its input ${i} is not one to differentiate by`);
      receive(input, gradient());
    });
  }
  return wrt.map((w) => flowing.get(w.name) ?? zerosLike(w));
}

/** Names of the float32 values that change with `wrt`, these included. */
function dependents(nodes: readonly Node[], wrt: readonly Value[]): ReadonlySet<string> {
  const names = new Set(wrt.map((w) => w.name));
  for (const node of nodes) {
    if (!valuesRead(node).some((value) => names.has(value.name))) continue;
    for (const output of node.outputs) if (output.dtype === 'float32') names.add(output.name);
  }
  return names;
}
