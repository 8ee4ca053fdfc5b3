import type { Node, Scope, Value } from '../graph.js';

/** What a node reads: its inputs, or for an If or a Loop those and what the scopes in it read around them, each once. */
export function valuesRead(node: Node): readonly Value[] {
  const scopes = Object.values(node.attributes).filter((a): a is Scope => typeof a === 'object' && 'nodes' in a);
  if (scopes.length === 0) return node.inputs;
  const all = [...node.inputs, ...scopes.flatMap(readFromOutside)];
  return [...new Map(all.map((v) => [v.name, v])).values()];
}

function readFromOutside(scope: Scope): Value[] {
  const own = new Set([...scope.inputs, ...scope.nodes.flatMap((node) => node.outputs)].map((v) => v.name));
  return scope.nodes.flatMap(valuesRead).filter((v) => !own.has(v.name));
}
