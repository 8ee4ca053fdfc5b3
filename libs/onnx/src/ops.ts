/** @file The operators that the engine emits, as functions that read like the formulas they stand for. */
import type { Attribute, Value } from './graph.js';

const one = (op: string, inputs: readonly [Value, ...Value[]], attributes: Record<string, Attribute> = {}): Value => {
  const [output] = inputs[0].graph.node(op, inputs, attributes);
  return output as Value;
};

export const add = (a: Value, b: Value): Value => one('Add', [a, b]);
export const sub = (a: Value, b: Value): Value => one('Sub', [a, b]);
export const mul = (a: Value, b: Value): Value => one('Mul', [a, b]);
export const div = (a: Value, b: Value): Value => one('Div', [a, b]);
export const neg = (a: Value): Value => one('Neg', [a]);
export const sqrt = (a: Value): Value => one('Sqrt', [a]);
export const sigmoid = (a: Value): Value => one('Sigmoid', [a]);
export const tanh = (a: Value): Value => one('Tanh', [a]);
export const relu = (a: Value): Value => one('Relu', [a]);
/** Gaussian error linear unit, exact or by the tanh formula (`gelu_new`). */
export const gelu = (a: Value, approximate: 'none' | 'tanh'): Value => one('Gelu', [a], { approximate });

/** Batched matrix product over the last two axes. */
export const matmul = (a: Value, b: Value): Value => one('MatMul', [a, b]);
/** x W (or x Wᵀ) + b for x: [rows, in]. */
export const gemm = (x: Value, w: Value, b: Value | undefined, transposed: boolean): Value =>
  one('Gemm', b ? [x, w, b] : [x, w], { transB: transposed ? 1 : 0 });

export const softmax = (a: Value): Value => one('Softmax', [a], { axis: -1 });
export const mean = (a: Value, axis: number): Value => one('ReduceMean', [a, a.graph.integers(axis)], { keepdims: 1 });

/** (x − mean) / √(variance + eps) · weight + bias over the last axis. */
export const layerNorm = (x: Value, weight: Value, bias: Value, epsilon: number): Value =>
  one('LayerNormalization', [x, weight, bias], { axis: -1, epsilon: { float: epsilon } });

/** x / √(mean x² + eps) · weight over the last axis (Zhang & Sennrich 2019); the runtime fuses this pattern. */
export const rmsNorm = (x: Value, weight: Value, epsilon: number): Value => {
  const g = x.graph;
  const meanSquare = mean(one('Pow', [x, g.scalar(2)]), -1);
  return mul(div(x, sqrt(add(meanSquare, g.scalar(epsilon)))), weight);
};

/** 0 copies a size of the input, −1 takes what remains. */
export const reshape = (a: Value, ...shape: readonly number[]): Value =>
  one('Reshape', [a, a.graph.integers(...shape)]);
/** Gives `a` the first `leading` sizes of `like`, then the sizes in `tail`. */
export const reshapeLike = (a: Value, like: Value, leading: number, ...tail: readonly number[]): Value => {
  const sizes = like.graph.node('Shape', [like], { start: 0, end: leading }, ['int64'])[0] as Value;
  return one('Reshape', [a, concat(0, sizes, like.graph.integers(...tail))]);
};
/** Zeros of the same shape. */
export const zerosLike = (a: Value): Value => {
  const sizes = a.graph.node('Shape', [a], {}, ['int64'])[0] as Value;
  return a.graph.node('ConstantOfShape', [sizes], {}, ['float32'])[0] as Value;
};
export const transpose = (a: Value, ...perm: readonly number[]): Value => one('Transpose', [a], { perm });
export const concat = (axis: number, first: Value, ...rest: readonly Value[]): Value =>
  one('Concat', [first, ...rest], { axis });
export const gather = (a: Value, indices: Value, axis: number): Value => one('Gather', [a, indices], { axis });
/** a[from:] along an axis; `from` is an int64 vector of one element. */
export const sliceFrom = (a: Value, from: Value, axis: number): Value =>
  one('Slice', [a, from, a.graph.integers(Number.MAX_SAFE_INTEGER), a.graph.integers(axis)]);
/** Cuts an axis into pieces of the given sizes. */
export const split = (a: Value, sizes: readonly number[], axis: number): Value[] =>
  a.graph.node(
    'Split',
    [a, a.graph.integers(...sizes)],
    { axis },
    sizes.map(() => a.dtype),
  );
/** condition ? a : b, element by element, with broadcasting. */
export const where = (condition: Value, a: Value, b: Value): Value => {
  const [output] = a.graph.node('Where', [condition, a, b], {}, [a.dtype]);
  return output as Value;
};
