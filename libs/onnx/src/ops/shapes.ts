/** @file The same elements in other shapes. */
import { axisOf, reshaped, total, withSizes } from '../dims.js';
import type { Dim, Value } from '../graph.js';
import { one } from './one.js';

/** The sizes of a value: an int64 vector, constant where they are known now. */
export const shapeOf = (a: Value): Value =>
  a.dims.every((dim) => typeof dim === 'number')
    ? a.graph.integers(...a.dims)
    : one('Shape', [a], [a.dims.length], {}, 'int64');

/** The size along one axis, counted from the first: an int64 vector of one element. */
export const sizeAlong = (a: Value, axis: number): Value => {
  const size = a.dims[axis];
  return typeof size === 'number'
    ? a.graph.integers(size)
    : one('Shape', [a], [1], { start: axis, end: axis + 1 }, 'int64');
};

/** 0 copies a size of the input, −1 takes what remains. */
export const reshape = (a: Value, ...shape: readonly number[]): Value =>
  one('Reshape', [a, a.graph.integers(...shape)], reshaped(a, shape));

/** Gives `a` the first `leading` sizes of `like`, then the sizes in `tail`. */
export const reshapeLike = (a: Value, like: Value, leading: number, ...tail: readonly number[]): Value => {
  const sizes = one('Shape', [like], [leading], { start: 0, end: leading }, 'int64');
  const rest = tail.map((size) => (size === -1 ? a.graph.unknownSize() : size));
  return one('Reshape', [a, concat(0, sizes, like.graph.integers(...tail))], [...like.dims.slice(0, leading), ...rest]);
};

/** `a` with one axis split into the first so many sizes of `like`; the axes after it have sizes known now. */
export const splitAxisLike = (a: Value, axis: number, like: Value, leading: number): Value => {
  const sizes = one('Shape', [like], [leading], { start: 0, end: leading }, 'int64');
  const before = a.graph.integers(...Array.from({ length: axis }, () => 0)); // 0: as it is
  const after = a.dims.slice(axis + 1).map(Number);
  const dims = [...a.dims.slice(0, axis), ...like.dims.slice(0, leading), ...after];
  return one('Reshape', [a, concat(0, before, sizes, a.graph.integers(...after))], dims);
};

/** The elements of `a` in the whole shape of `like`, which has as many. */
export const reshapeTo = (a: Value, like: Value): Value => {
  const unknown = like.dims.filter((dim) => typeof dim !== 'number').length;
  const shape =
    unknown === 1 ? a.graph.integers(...like.dims.map((dim) => (typeof dim === 'number' ? dim : -1))) : shapeOf(like);
  return one('Reshape', [a, shape], like.dims);
};

/** Repeats `a` along its axes of size 1, and in front, to the shape of `like`. */
export const expandTo = (a: Value, like: Value): Value => one('Expand', [a, shapeOf(like)], like.dims);

/** Zeros in the shape of `like`. */
export const zerosLike = (like: Value): Value => one('ConstantOfShape', [shapeOf(like)], like.dims, {}, 'float32');

export const transpose = (a: Value, ...perm: readonly number[]): Value =>
  one(
    'Transpose',
    [a],
    perm.map((axis) => a.dims[axis] as Dim),
    { perm },
  );

export const concat = (axis: number, first: Value, ...rest: readonly Value[]): Value => {
  const sizes = [first, ...rest].map((v) => v.dims[axisOf(v, axis)] as Dim);
  const dims = withSizes(first, [axis], () => total(first.graph, sizes));
  return one('Concat', [first, ...rest], dims, { axis });
};

/** Cuts an axis into pieces of the given sizes. */
export const split = (a: Value, sizes: readonly number[], axis: number): Value[] =>
  a.graph.node(
    'Split',
    [a, a.graph.integers(...sizes)],
    { axis },
    sizes.map((size) => ({ dtype: a.dtype, dims: withSizes(a, [axis], () => size) })),
  );
