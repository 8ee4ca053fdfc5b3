import * as ops from '@patchbay/onnx';
import { Graph, type Value, gradients } from '@patchbay/onnx';
import { describe, expect, it } from 'vitest';
import { openSession } from './session.js';
import { type Tensor, flag, floats } from './tensor.js';

/** Scope: gradients of linear functions of small whole numbers, which float32 holds exactly. */

async function run(g: Graph, outputs: readonly Value[], feeds: Record<string, Tensor>): Promise<number[][]> {
  const names = outputs.map((value, i) => {
    g.output(`out${i}`, value);
    return `out${i}`;
  });
  const session = await openSession(g, { device: 'cpu', folder: process.cwd() });
  const results = await session.run(feeds, names);
  await session.release();
  return names.map((name) => [...(results[name] as Tensor).data] as number[]);
}

/** d(Σ seed · f(x))/dx for x: [3, 2], the seed 1, 2, 3, … */
async function gradient(f: (x: Value) => Value, x = [1, 2, 3, 4, 5, 6]): Promise<number[] | undefined> {
  const g = new Graph('linear');
  const input = g.input('x', 'float32', ['rows', 2]);
  const y = f(input);
  const size = y.dims.reduce<number>((n, dim) => n * (typeof dim === 'number' ? dim : 3), 1);
  const seed = floats(
    Float32Array.from({ length: size }, (_, i) => i + 1),
    ...y.dims.map((dim) => (typeof dim === 'number' ? dim : 3)),
  );
  const d = gradients([{ value: y, gradient: g.input('seed', 'float32', y.dims) }], [input]);
  return (await run(g, d, { x: floats(Float32Array.from(x), 3, 2), seed }))[0];
}

describe('exact gradients of linear functions', () => {
  const cases: [string, (x: Value) => Value, number[]][] = [
    ['x + x', (x) => ops.add(x, x), [2, 4, 6, 8, 10, 12]],
    ['x − x', (x) => ops.sub(x, x), [0, 0, 0, 0, 0, 0]],
    [
      'a row taken three times and one from the end',
      (x) => ops.gather(x, x.graph.integers(0, 0, -1, 0), 0),
      [11, 14, 0, 0, 5, 6],
    ],
    ['a column', (x) => ops.gather(x, x.graph.integers(1), 1), [0, 1, 0, 2, 0, 3]],
    ['the last row', (x) => ops.gather(x, x.graph.integers(2), 0), [0, 0, 0, 0, 1, 2]],
    ['a transposition', (x) => ops.transpose(x, 1, 0), [1, 4, 2, 5, 3, 6]],
    ['a permutation of three axes', (x) => ops.transpose(ops.reshape(x, 3, 2, 1), 2, 0, 1), [1, 2, 3, 4, 5, 6]],
    ['the sum of all', (x) => ops.sum(x, 0, 1), [1, 1, 1, 1, 1, 1]],
    ['sums of columns', (x) => ops.sum(x, 0), [1, 2, 1, 2, 1, 2]],
    [
      'a product with a matrix',
      (x) => ops.matmul(x, x.graph.constant(Float32Array.of(1, 0, 2, 3), [2, 2])),
      [1, 8, 3, 18, 5, 28],
    ],
    [
      'pieces in another order',
      (x) => ops.concat(1, ...(ops.split(x, [1, 1], 1).reverse() as [Value, Value])),
      [2, 1, 4, 3, 6, 5],
    ],
    ['one piece of two', (x) => ops.split(x, [1, 1], 1)[1] as Value, [0, 1, 0, 2, 0, 3]],
  ];
  it.each(cases)('%s', async (_, f, expected) => {
    expect(await gradient(f)).toEqual(expected);
  });

  it('a seed that broadcasts counts for every element', async () => {
    const g = new Graph('broadcast seed');
    const x = g.input('x', 'float32', ['rows', 2]);
    const d = gradients([{ value: ops.neg(ops.scale(x, 3)), gradient: g.scalar(2) }], [x]);
    expect(await run(g, d, { x: floats(new Float32Array(4), 2, 2) })).toEqual([[-6, -6, -6, -6]]);
  });

  it('several seeds add up, and what none depends on gets zeros in its shape', async () => {
    const g = new Graph('seeds');
    const [x, other] = [g.input('x', 'float32', ['n']), g.input('other', 'float32', ['m', 2])];
    const [y, z] = [ops.scale(x, 2), ops.scale(x, 5)];
    const seeds = [y, z].map((value) => ({ value, gradient: g.scalar(1) }));
    const d = gradients(seeds as [(typeof seeds)[0]], [x, other]);
    const feeds = { x: floats(new Float32Array(2), 2), other: floats(new Float32Array(2), 1, 2) };
    expect(await run(g, d, feeds)).toEqual([
      [7, 7],
      [0, 0],
    ]);
  });
});

describe('the gradient through a condition', () => {
  /** up ? (twice ? 2x : x) · w : w + w, a condition within a condition */
  const nested = async (up: boolean, twice: boolean) => {
    const g = new Graph('conditions');
    const [x, w] = [g.input('x', 'float32', [2]), g.input('w', 'float32', [2])];
    const [upper, inner] = [g.input('up', 'bool', []), g.input('twice', 'bool', [])];
    const scaled = () =>
      g.choose(
        inner,
        () => [ops.scale(x, 2)],
        () => [x],
      )[0] as Value;
    const [y] = g.choose(
      upper,
      () => [ops.mul(scaled(), w)],
      () => [ops.add(w, w)],
    ) as [Value];
    const d = gradients([{ value: y, gradient: g.constant(Float32Array.of(1, 10), [2]) }], [x, w]);
    const feeds = { x: floats(Float32Array.of(3, 4), 2), w: floats(Float32Array.of(5, 6), 2) };
    return run(g, d, { ...feeds, up: flag(up), twice: flag(twice) });
  };

  it('is that of the branch taken, however deep', async () => {
    expect(await nested(true, true)).toEqual([
      [10, 120],
      [6, 80],
    ]);
    expect(await nested(true, false)).toEqual([
      [5, 60],
      [3, 40],
    ]);
    expect(await nested(false, true)).toEqual([
      [0, 0],
      [2, 20],
    ]);
  });
});
