/** @file Rules for parts of a tensor, and for what puts parts back. */
import { axisOf } from '../dims.js';
import type { Dim, Node, Value } from '../graph.js';
import {
  add,
  concat,
  gather,
  greater,
  max,
  min,
  reshape,
  shapeOf,
  sizeAlong,
  sub,
  where,
  zerosLike,
} from '../ops/index.js';
import { one } from '../ops/one.js';
import { NoGradientError, type Rule } from './rule.js';

export const INDEXING: Readonly<Record<string, Rule>> = {
  Gather: (node, [gradient]) => {
    const [x, indices] = node.inputs as readonly [Value, Value];
    return [() => scatter(gradient as Value, x, indices, axisOf(x, node.attributes.axis as number))];
  },
  Slice: (node, [gradient]) => [() => padded(node, gradient as Value)],
  Pad: (node, [gradient]) => [() => unpadded(node, gradient as Value)],
  ScatterElements: ({ inputs, attributes }, [gradient]) => {
    const [, places] = inputs as readonly [Value, Value];
    const g = gradient as Value;
    return [
      () => g,
      undefined,
      () => one('GatherElements', [g, places], places.dims, { axis: attributes.axis as number }),
    ];
  },
};

/**
 * Adds each part of g to the place of x that Gather took it from. ScatterElements sums parts of one place in their
 * order; the threads of ScatterND may meet there and lose one (microsoft/onnxruntime issues 18048, 23396).
 */
function scatter(g: Value, x: Value, indices: Value, axis: number): Value {
  const { graph } = x;
  const [first, ...rest] = x.dims.map((_, i) => (i === axis ? graph.integers(-1) : sizeAlong(x, i)));
  const dims = x.dims.toSpliced(axis, 1, graph.unknownSize());
  const flat = one('Reshape', [g, concat(0, first as Value, ...rest)], dims);
  const alone = x.dims.map((_, i) => (i === axis ? -1 : 1));
  const places = one('Expand', [reshape(indices, ...alone), shapeOf(flat)], dims);
  return one('ScatterElements', [zerosLike(x), places, flat], x.dims, { axis, reduction: 'add' });
}

/** Zeros before and after the part that Slice took, as many as it left out. */
function padded({ op, inputs }: Node, g: Value): Value {
  const [x, starts, , axes, steps] = inputs as readonly [Value, Value, Value, Value, Value?];
  if (steps) throw new NoGradientError(op, 'only steps of 1 are known');
  const { graph } = x;
  const [zero, whole, part] = [graph.integers(0), gather(shapeOf(x), axes, 0), gather(shapeOf(g), axes, 0)];
  const fromFirst = where(greater(zero, starts), add(starts, whole), starts);
  const before = min(max(fromFirst, zero), whole);
  const pads = concat(0, before, sub(sub(whole, before), part));
  return one('Pad', [g, pads, graph.scalar(0), axes], x.dims);
}

function unpadded({ inputs }: Node, g: Value): Value {
  const [x, pads, , axes] = inputs as readonly [Value, Value, Value, Value];
  const count = axes.dims[0] as Dim;
  const [before] = g.graph.node('Split', [pads], { axis: 0, num_outputs: 2 }, [
    { dtype: 'int64', dims: [count] },
    { dtype: 'int64', dims: [count] },
  ]) as [Value, Value];
  return one('Slice', [g, before, add(before, gather(shapeOf(x), axes, 0)), axes], x.dims);
}
