import type { Dim, Value } from '../graph.js';
import { concat, equal, reshapeTo, shapeOf, sum } from '../ops/index.js';
import { one } from '../ops/one.js';

/**
 * Undoes broadcasting: sums `a` over the axes along which `like` was repeated to the shape of `a`. Which these are is
 * decided now where names and numbers tell, and by the shapes at run time where a named size of `like` may be 1.
 */
export function sumTo(a: Value, like: Value): Value {
  const front = a.dims.length - like.dims.length;
  const pairs = like.dims.map((dim, i) => [dim, a.dims[front + i] as Dim] as const);
  const uncertain = pairs.some(([dim, size]) => typeof dim === 'string' && dim !== size && size !== 1);
  if (uncertain) return sumAtRunTime(a, like, front);
  const repeated = pairs.flatMap(([dim, size], i) => (dim === 1 && size !== 1 ? [front + i] : []));
  const axes = [...Array.from({ length: front }, (_, i) => i), ...repeated];
  if (axes.length === 0) return a;
  const summed = sum(a, ...axes);
  return front === 0 ? summed : reshapeTo(summed, like);
}

function sumAtRunTime(a: Value, like: Value, front: number): Value {
  const g = a.graph;
  const ones = Array.from({ length: front }, () => 1);
  const sizes = front === 0 ? shapeOf(like) : concat(0, g.integers(...ones), shapeOf(like));
  const isOne = equal(sizes, g.integers(1));
  const found = one('NonZero', [isOne], [1, g.unknownSize()], {}, 'int64');
  const axes = one('Reshape', [found, g.integers(-1)], [g.unknownSize()]);
  const unknown = a.dims.map(() => g.unknownSize());
  return reshapeTo(one('ReduceSum', [a, axes], unknown, { keepdims: 1, noop_with_empty_axes: 1 }), like);
}
