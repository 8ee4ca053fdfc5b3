import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmd, cpr, faithfulness, logArea, trapezoid } from './areas.js';
import { bootstrap, meanAt, quantile } from './bootstrap.js';
import { edgesAt, MIB_GRID } from './grid.js';

const curve = (f: (k: number) => number) => ({ shares: MIB_GRID, values: MIB_GRID.map(f) });

describe('areas under the faithfulness curve', () => {
  it('are those worked out by hand for the whole model, nothing, and f = k', () => {
    expect(cpr(curve(() => 1))).toBeCloseTo(0.999, 12);
    expect(cmd(curve(() => 1))).toBe(0);
    expect(cpr(curve(() => 0))).toBe(0);
    expect(cmd(curve(() => 0))).toBeCloseTo(0.999, 12);
    // ∫ k dk and ∫ (1 − k) dk from .001 to 1: the trapezoid rule is exact on lines
    expect(cpr(curve((k) => k))).toBeCloseTo((1 - 1e-6) / 2, 12);
    expect(cmd(curve((k) => k))).toBeCloseTo(0.999 - (1 - 1e-6) / 2, 12);
    expect(logArea(curve(() => 1))).toBeCloseTo(1, 12);
    // a straight line over log k
    expect(logArea(curve((k) => 1 + Math.log10(k) / 3))).toBeCloseTo(0.5, 12);
  });

  it('weigh the sizes as MIB’s sum does', () => {
    const weights = [0.0005, 0.002, 0.004, 0.0075, 0.02, 0.04, 0.075, 0.2, 0.4, 0.25];
    for (const [i, weight] of weights.entries()) {
      const one = MIB_GRID.map((_, j) => (i === j ? 1 : 0));
      expect(cpr({ shares: MIB_GRID, values: one })).toBeCloseTo(weight, 12);
    }
  });

  it('differ by no more than CMD from the best, equal where f − 1 keeps one sign', () => {
    const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(values, (f) => {
        const [ratio, distance] = [cpr({ shares: MIB_GRID, values: f }), cmd({ shares: MIB_GRID, values: f })];
        expect(distance).toBeGreaterThanOrEqual(Math.abs(ratio - 0.999) - 1e-9);
        const above = f.map((v) => 1 + Math.abs(v));
        expect(cmd({ shares: MIB_GRID, values: above })).toBeCloseTo(
          cpr({ shares: MIB_GRID, values: above }) - 0.999,
          9,
        );
      }),
    );
  });

  it('an edge that hurts, left out, brings f above 1', () => {
    expect(faithfulness(3, 2, 0)).toBe(1.5);
    expect(faithfulness(2, 2, 0)).toBe(1);
    // a distance from the model falls as the circuit gets better
    expect(faithfulness(0.5, 0, 2)).toBe(0.75);
  });

  it('sizes are rounded down', () => {
    expect(MIB_GRID.map((share) => edgesAt(share, 32_491))).toEqual([
      32, 64, 162, 324, 649, 1624, 3249, 6498, 16245, 32491,
    ]);
    expect(trapezoid([0, 2], [1, 3])).toBe(4);
  });
});

describe('the bootstrap', () => {
  it('covers the mean about as often as it says, with the width that the spread gives', () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => i % 2);
    const [interval] = bootstrap(values.length, (drawn) => [meanAt(values, drawn)], { seed: 1 });
    // standard error of a fair coin's mean: ½ / √400
    expect(interval?.low).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
    expect(interval?.high).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
  });

  it('draws the same examples for all figures: a difference that never changes has no width', () => {
    const a = Float64Array.from({ length: 30 }, (_, i) => Math.sin(i));
    const b = a.map((v) => v + 1);
    const [, , difference] = bootstrap(
      30,
      (drawn) => [meanAt(a, drawn), meanAt(b, drawn), meanAt(b, drawn) - meanAt(a, drawn)],
      { seed: 3, draws: 50 },
    );
    expect(difference?.low).toBeCloseTo(1, 12);
    expect(difference?.high).toBeCloseTo(1, 12);
  });

  it('is the same for the same seed', () => {
    const draw = (seed: number) => bootstrap(9, (drawn) => [drawn.reduce((x, y) => x + y, 0)], { seed, draws: 40 });
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('quantiles lie between their neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0)).toBe(1);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
    expect(quantile([7], 0.3)).toBe(7);
  });
});
