/** @file Sizes of results from sizes of operands, as far as they are known before the graph runs. */
import type { Dim, Graph, Value } from './graph.js';

/** An axis counted from the first, whichever end it was counted from. */
export const axisOf = (a: Value, axis: number): number => (axis < 0 ? axis + a.dims.length : axis);

/** Sizes of a result of broadcasting, aligned at the last axis as ONNX and NumPy do. */
export function broadcast(a: Value, b: Value): Dim[] {
  const rank = Math.max(a.dims.length, b.dims.length);
  const at = (v: Value, i: number): Dim => v.dims[i - rank + v.dims.length] ?? 1;
  return Array.from({ length: rank }, (_, i) => broadcastSize(a.graph, at(a, i), at(b, i)));
}

function broadcastSize(graph: Graph, a: Dim, b: Dim): Dim {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === 'number' && typeof b === 'number') throw new Error(`sizes ${a} and ${b} do not broadcast`);
  // A named size beside a number is that number or 1; beside another name nothing is known.
  if (typeof a === 'number') return a;
  return typeof b === 'number' ? b : graph.unknownSize();
}

/** Sizes with those along some axes replaced. */
export function withSizes(a: Value, axes: readonly number[], size: (axis: number) => Dim): Dim[] {
  const changed = axes.map((axis) => axisOf(a, axis));
  return a.dims.map((dim, i) => (changed.includes(i) ? size(i) : dim));
}

/** Sizes after Reshape to `shape`, where 0 copies a size and −1 takes what remains. */
export function reshaped(a: Value, shape: readonly number[]): Dim[] {
  const dims = shape.map((size, i): Dim => (size === 0 ? (a.dims[i] ?? 0) : size));
  const remainder = (): Dim => {
    const known = dims.filter((dim) => dim !== -1);
    const whole = [...a.dims, ...known].every((dim) => typeof dim === 'number');
    return whole ? product(a.dims) / product(known) : a.graph.unknownSize();
  };
  return dims.map((dim) => (dim === -1 ? remainder() : dim));
}

/** Number of elements of sizes that are all numbers; NaN otherwise. */
const product = (dims: readonly Dim[]): number => dims.reduce<number>((n, dim) => n * Number(dim), 1);

/** The sum of sizes, as Concat gives it. */
export const total = (graph: Graph, sizes: readonly Dim[]): Dim =>
  sizes.every((size) => typeof size === 'number') ? sizes.reduce((a, b) => a + b, 0) : graph.unknownSize();
