import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceJaccard, jaccard, jaccardOfMasks } from './jaccard.js';
import { kendall, pearson, ranks, spearman } from './rank-correlation.js';

const sign = (a = NaN, b = NaN): number => Math.sign(a - b);

/** τ_b by its definition, pair by pair. */
function kendallByPairs(a: readonly number[], b: readonly number[]): number {
  let [sum, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [sign(a[i], a[j]), sign(b[i], b[j])];
      sum += x * y;
      first += x * x;
      second += y * y;
    }
  }
  return sum / Math.sqrt(first * second);
}

const few = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 2,
  maxLength: 40,
});

describe('rank correlations', () => {
  it('are those of hand cases', () => {
    expect(spearman([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
    expect(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452079103173, 12);
    expect([...ranks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
    expect(pearson([1, 1], [1, 2])).toBeNaN();
    expect(kendall([1, 1], [1, 2])).toBeNaN();
  });

  it('τ_b counts pairs as its definition does, ties and all', () => {
    fc.assert(
      fc.property(few, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const expected = kendallByPairs(a, b);
        if (Number.isNaN(expected)) expect(kendall(a, b)).toBeNaN();
        else expect(kendall(a, b)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('know only order', () => {
    fc.assert(
      fc.property(few, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        const bent = a.map((v) => v ** 3 - 5);
        expect(spearman(bent, b)).toBeCloseTo(spearman(a, b), 9);
        expect(kendall(bent, b)).toBeCloseTo(kendall(a, b), 9);
      }),
    );
  });
});

describe('Jaccard', () => {
  it('is the shared part of the union', () => {
    expect(jaccard(new Set([1, 2, 3]), new Set([2, 3, 4]))).toBe(0.5);
    expect(jaccard(new Set(), new Set())).toBe(1);
    expect(jaccardOfMasks(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 1, 0))).toBeCloseTo(1 / 3, 12);
    expect(jaccardOfMasks(Uint8Array.of(0), Uint8Array.of(0))).toBe(1);
    expect(chanceJaccard(1)).toBe(1);
    expect(chanceJaccard(0.5)).toBeCloseTo(1 / 3, 12);
  });
});
