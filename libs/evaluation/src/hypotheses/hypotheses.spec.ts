import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanSquaredDifference, testMinimality, testPartialNecessity, testSufficiency } from './against-random.js';
import { atLeast, atMost, binomial } from './binomial.js';
import { equivalenceOf, testEquivalence } from './equivalence.js';
import { testIndependence } from './independence.js';

describe('the binomial distribution', () => {
  it('sums to 1 and counts both tails', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(200),
        (n, p, k) => {
          fc.pre(k < n);
          expect(atMost(n, n, p)).toBeCloseTo(1, 9);
          expect(atMost(k, n, p) + atLeast(k + 1, n, p)).toBeCloseTo(1, 9);
        },
      ),
    );
    expect(binomial(2, 4, 0.5)).toBeCloseTo(6 / 16, 12);
    expect(binomial(0, 3, 0)).toBe(1);
    expect(binomial(500, 1000, 0.5)).toBeCloseTo(0.025225018178360804, 12);
  });
});

describe('equivalence', () => {
  it.each([
    [24, 0.00056, 5],
    [40, 0.543, 3],
    [50, 1, 3],
    [62, 0.382, 3],
    [70, 0.0248, 4],
  ])('%i of 100 examples above: the published p', (higher, p, digits) => {
    expect(equivalenceOf(higher, 100).p).toBeCloseTo(p, digits);
  });

  it('counts shares, not means, and drops ties', () => {
    const model = [0, 0, 0, 0, 0];
    // one large difference outweighs three small ones in a mean, not in a share
    expect(testEquivalence([-9, 1, 1, 1, 0], model)).toMatchObject({ higher: 3, examples: 4, statistic: 0.25 });
    expect(testEquivalence(model, model)).toMatchObject({ examples: 0, statistic: 0, p: 1 });
  });
});

describe('independence', () => {
  const wave = (n: number, f: number): number[] =>
    Array.from({ length: n }, (_, i) => Math.sin(f * i) + 0.1 * Math.cos(7 * f * i));

  it('the statistic is tr(HKH HLH) / (n − 1)², by matrices', () => {
    const [x, y] = [
      [0, 1, 3],
      [2, 2.5, 1],
    ];
    const distances = x.flatMap((a) => y.map((b) => Math.abs(a - b))).sort((a, b) => a - b);
    const width = distances[4] ?? NaN;
    const gram = (v: readonly number[]) => v.map((a) => v.map((b) => Math.exp(-((a - b) ** 2) / (2 * width ** 2))));
    const times = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
      a.map((row) => row.map((_, j) => row.reduce((sum, v, k) => sum + v * (b[k]?.[j] ?? NaN), 0)));
    const h = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 2 / 3 : -1 / 3)));
    const product = times(times(times(h, gram(x)), h), times(times(h, gram(y)), h));
    const trace = product.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
    expect(testIndependence(y, x, { seed: 0, permutations: 1 }).hsic).toBeCloseTo(trace / 4, 12);
  });

  it('what depends is found out, what does not is not', () => {
    const model = wave(60, 1.3);
    const squared = model.map((v) => v * v);
    expect(testIndependence(squared, model, { seed: 1 }).p).toBeLessThan(0.01);
    const apart = wave(60, 2.39).reverse();
    expect(testIndependence(apart, model, { seed: 1 }).p).toBeGreaterThan(0.05);
  });

  it('a side that does not vary is independent of all', () => {
    expect(testIndependence([1, 1, 1, 1], [1, 2, 3, 4], { seed: 0 }).p).toBe(1);
  });
});

describe('against random circuits', () => {
  const reference = Array.from({ length: 100 }, (_, i) => i);

  it('an edge that beats 84 of 100 random ones or fewer is redundant at .05, before correction', () => {
    const [redundant, needed] = testMinimality([84, 85], reference);
    expect(redundant).toMatchObject({ beats: 84 });
    expect(redundant?.p).toBeCloseTo(0.04, 3);
    expect(needed?.p).toBeGreaterThan(0.05);
    expect(redundant?.corrected).toBeCloseTo(2 * (redundant?.p ?? NaN), 12);
    expect(needed?.corrected).toBeLessThanOrEqual(1);
  });

  it('a circuit is sufficient when it beats clearly more than 90 of 100', () => {
    expect(testSufficiency(1, reference)).toMatchObject({ beats: 99, share: 0.99 });
    expect(testSufficiency(1, reference).p).toBeLessThan(0.05);
    expect(testSufficiency(10, reference).p).toBeGreaterThan(0.05);
    expect(testPartialNecessity(98.5, reference)).toMatchObject({ beats: 99 });
    expect(testPartialNecessity(3, reference).p).toBeCloseTo(1, 6);
  });

  it('losses are mean squared differences by example', () => {
    expect(meanSquaredDifference([1, 2], [3, 2])).toBe(2);
  });
});
