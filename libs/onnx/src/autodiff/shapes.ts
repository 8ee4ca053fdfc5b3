/** @file Rules for the same elements in other shapes. */
import { axisOf } from '../dims.js';
import type { Node, Value } from '../graph.js';
import { concat, reshapeTo, sizeAlong, transpose, zerosLike } from '../ops/index.js';
import { type Rule, unary } from './rule.js';

export const SHAPES: Readonly<Record<string, Rule>> = {
  Reshape: (node, [gradient]) => [() => reshapeTo(gradient as Value, node.inputs[0] as Value)],
  Transpose: unary((g, _x, _y, { attributes }) => {
    const perm = attributes.perm as readonly number[];
    return transpose(g, ...perm.map((_, i) => perm.indexOf(i)));
  }),
  Split: (node, incoming) => {
    const pieces = incoming.map((g, i) => g ?? zerosLike(node.outputs[i] as Value)) as [Value, ...Value[]];
    return [() => concat(axis(node), ...pieces)];
  },
  Concat: (node, [gradient]) => {
    const pieces = piecesOf(gradient as Value, node);
    return node.inputs.map((_, i) => () => pieces()[i] as Value);
  },
};

const axis = ({ attributes }: Node): number => attributes.axis as number;

/** The gradient of a Concat cut into those of its inputs, once for all of them. */
function piecesOf(g: Value, node: Node): () => Value[] {
  let made: Value[] | undefined;
  return () => (made ??= g.graph.node('Split', [g, sizesAlong(node)], { axis: axis(node) }, node.inputs));
}

/** The size of each input of a Concat along its axis. */
function sizesAlong(node: Node): Value {
  const [first, ...rest] = node.inputs.map((v) => sizeAlong(v, axisOf(v, axis(node)))) as [Value, ...Value[]];
  return concat(0, first, ...rest);
}
