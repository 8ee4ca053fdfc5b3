import { describe, expect, it } from 'vitest';
import { Graph } from './graph.js';
import * as ops from './ops/index.js';

/** Scope: what values know of their sizes before the graph runs. */

const g = new Graph('sizes');
const x = g.input('x', 'float32', ['batch', 'seq', 6]);
const unknown = expect.stringMatching(/^~/);

describe('sizes of results', () => {
  it('broadcast: numbers win over names, names over 1, and two names are not known to be equal', () => {
    const other = g.input('other', 'float32', ['rows', 1, 6]);
    expect(ops.add(x, other).dims).toEqual([unknown, 'seq', 6]);
    expect(ops.add(x, g.scalar(1)).dims).toEqual(['batch', 'seq', 6]);
    expect(ops.add(g.input('y', 'float32', [4, 1, 1]), x).dims).toEqual([4, 'seq', 6]);
    expect(() => ops.add(x, g.constant(new Float32Array(5), [5]))).toThrow('sizes 6 and 5 do not broadcast');
  });

  it('reshape: copied, given, and what remains', () => {
    expect(ops.reshape(x, 0, 0, 2, 3).dims).toEqual(['batch', 'seq', 2, 3]);
    expect(ops.reshape(x, -1, 6).dims).toEqual([unknown, 6]);
    expect(ops.reshape(g.input('z', 'float32', [2, 3, 4]), 0, -1).dims).toEqual([2, 12]);
    expect(ops.reshapeLike(ops.reshape(x, -1, 6), x, 2, 3, 2).dims).toEqual(['batch', 'seq', 3, 2]);
  });

  it('products, parts and permutations', () => {
    expect(ops.matmul(x, ops.transpose(x, 0, 2, 1)).dims).toEqual(['batch', 'seq', 'seq']);
    expect(ops.gather(x, g.input('i', 'int64', ['n', 2]), 1).dims).toEqual(['batch', 'n', 2, 6]);
    expect(ops.split(x, [2, 4], -1).map((v) => v.dims[2])).toEqual([2, 4]);
    expect(ops.concat(-1, x, x).dims).toEqual(['batch', 'seq', 12]);
    expect(ops.concat(1, x, x).dims).toEqual(['batch', unknown, 6]);
    expect(ops.mean(x, -1).dims).toEqual(['batch', 'seq', 1]);
    expect(() => ops.matmul(x, g.integers(1))).toThrow('not vectors');
    expect(() => ops.gemm(x, x, undefined, false)).toThrow('Gemm takes matrices');
  });

  it('a choice knows what both branches agree on, and refuses branches of different ranks', () => {
    const flag = g.input('flag', 'bool', []);
    const chosen = g.choose(
      flag,
      () => [x],
      () => [ops.exp(g.input('other x', 'float32', ['batch', 'n', 6]))],
    );
    expect(chosen[0]?.dims).toEqual(['batch', unknown, 6]);
    const mismatched = () =>
      g.choose(
        flag,
        () => [x],
        () => [ops.reshape(x, -1)],
      );
    expect(mismatched).toThrow(/^If: one branch gives .*\[batch, seq, 6\], the other /);
  });

  it('a loop records what it is asked to, stacked, and refuses to carry on with another rank or size', () => {
    const loop = g.loop(g.integers(2), [x], (_, [v]) => ({
      carried: [ops.exp(v ?? x)],
      recorded: [ops.sum(x, 0, 1, 2)],
    }));
    expect(loop.carried[0]?.dims).toEqual(['batch', 'seq', 6]);
    expect(loop.recorded[0]?.dims).toEqual([unknown, 1, 1, 1]);
    expect(() => g.loop(g.integers(2), [x], () => ({ carried: [g.scalar(1)] }))).toThrow(/^Loop: /);
    const y = g.input('growing', 'float32', [2]);
    expect(() => g.loop(g.integers(2), [y], (_, [v]) => ({ carried: [ops.concat(0, v ?? y, y)] }))).toThrow(/\[4\]$/);
  });
});
