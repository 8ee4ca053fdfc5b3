import { broadcast } from '../dims.js';
import type { Attribute, DType, Dim, Value } from '../graph.js';

/** Appends a node with one result of the first operand's type. */
export const one = (
  op: string,
  inputs: readonly [Value, ...Value[]],
  dims: readonly Dim[],
  attributes: Readonly<Record<string, Attribute>> = {},
  dtype: DType = inputs[0].dtype,
): Value => inputs[0].graph.node(op, inputs, attributes, [{ dtype, dims }])[0] as Value;

/** An operator applied to each element. */
export const elementwise = (op: string, a: Value, attributes: Readonly<Record<string, Attribute>> = {}): Value =>
  one(op, [a], a.dims, attributes);

/** An operator applied to pairs of elements, with broadcasting. */
export const pairwise = (op: string, a: Value, b: Value, dtype: DType = a.dtype): Value =>
  one(op, [a, b], broadcast(a, b), {}, dtype);
