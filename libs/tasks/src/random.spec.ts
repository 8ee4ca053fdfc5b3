import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

const take = (seed: number, count: number): number[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next());
};
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('Random', () => {
  it('gives the numbers of xoshiro128** over splitmix32, computed apart from this code', () => {
    expect(take(0, 4)).toEqual([1789933344, 44971166, 2521387044, 3848737593]);
    expect(take(1, 4)).toEqual([393288148, 2174103013, 3814759091, 2092745082]);
    expect(take(2 ** 31 - 1, 4)).toEqual([230072531, 684329983, 4262003541, 2574601272]);
  });

  it('repeats by seed and differs between seeds', () => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        fc.pre(one !== other);
        expect(take(one, 4)).toEqual(take(one, 4));
        expect(take(one, 4)).not.toEqual(take(other, 4));
      }),
    );
  });

  it('spreads evenly: chi-squared over seven classes', () => {
    const random = new Random(3);
    const counts = Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) {
      const drawn = random.below(7);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(22.46); // 6 degrees of freedom, p = 0.001
  });

  it('samples different places of a list and leaves the list alone', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 20 }), (one, count) => {
        const list = Array.from({ length: 20 }, (_, index) => index);
        const drawn = new Random(one).sample(list, count);
        expect(new Set(drawn).size).toBe(count);
        expect(list).toHaveLength(20);
        expect(drawn.every((item) => list.includes(item))).toBe(true);
      }),
    );
  });

  it('stays between its bounds and reaches both', () => {
    const random = new Random(5);
    const drawn = Array.from({ length: 500 }, () => random.between(4, 6));
    expect(new Set(drawn)).toEqual(new Set([4, 5, 6]));
  });
});
