import type { Graph, Node, Scope, Value } from '../graph.js';
import { NoGradientError, type Rule, type Seed } from './rule.js';
import { valuesRead } from './values-read.js';

/**
 * The gradient of `condition ? yes : no` is condition ? gradient of yes : gradient of no. What a branch computed cannot
 * be read from outside it, so the branch is computed again where its gradient is. Where that costs too much, call
 * `gradients` inside the branch and hand the gradients out.
 */
export const choice: Rule = (node, incoming, { dependent, backward }) => {
  const [condition] = node.inputs as readonly [Value];
  const { graph } = condition;
  const inputs = valuesRead(node);
  const wanted = inputs.filter((v) => dependent.has(v.name));
  const gradientsOf = (branch: Branch) => (): Value[] => {
    const before = graph.visibleNodes().length;
    const outputs = repeat(graph, scopeOf(node, branch));
    const seeds = outputs.flatMap((value, i): Seed[] => {
      const gradient = incoming[i];
      return gradient ? [{ value, gradient }] : [];
    });
    return backward(graph.visibleNodes().slice(before), seeds, wanted);
  };
  const made = graph.choose(condition, gradientsOf('then_branch'), gradientsOf('else_branch'));
  return inputs.map((v) => {
    const gradient = made[wanted.indexOf(v)];
    return gradient && (() => gradient);
  });
};

type Branch = 'then_branch' | 'else_branch';
const scopeOf = (node: Node, branch: Branch): Scope => node.attributes[branch] as Scope;

/** Appends the nodes of a branch once more, to the scope that is being built, and returns what the branch gives. */
function repeat(graph: Graph, scope: Scope, around: ReadonlyMap<string, Value> = new Map()): Value[] {
  const values = new Map(around);
  const at = (v: Value): Value => values.get(v.name) ?? v;
  for (const node of scope.nodes) {
    const outputs = append(graph, node, at, values);
    node.outputs.forEach((output, i) => values.set(output.name, outputs[i] as Value));
  }
  return scope.outputs.map(at);
}

function append(graph: Graph, node: Node, at: (v: Value) => Value, values: ReadonlyMap<string, Value>): Value[] {
  const [condition] = node.inputs;
  if (node.op === 'If' && condition) {
    const branch = (name: Branch) => () => repeat(graph, scopeOf(node, name), values);
    return graph.choose(at(condition), branch('then_branch'), branch('else_branch'));
  }
  if (node.op === 'Loop') throw new NoGradientError('If', 'a branch holds a Loop');
  return graph.node(node.op, node.inputs.map(at), node.attributes, node.outputs);
}
