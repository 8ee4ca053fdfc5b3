import { PatchbayError } from '@patchbay/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logitDifferenceNormalised } from './logit-difference-normalised.js';

const report = (mean: number, baseline: { clean: number; corrupted: number }): number => {
  const { offset, scale } = logitDifferenceNormalised.normalise?.(baseline) ?? { offset: NaN, scale: NaN };
  return (mean - offset) * scale;
};

describe('logit-difference-normalised', () => {
  it('puts the corrupted mean at 0, the clean one at 1, and what lies between in proportion', () => {
    const baseline = { clean: 6, corrupted: -2 };
    expect(report(-2, baseline)).toBe(0);
    expect(report(6, baseline)).toBe(1);
    expect(report(0, baseline)).toBe(0.25);
  });

  it('is a ratio of means: pairs with a small gap of their own do not blow it up', () => {
    // Gaps of 10 and 0.001; each pair loses 1. The mean of the ratios would be about −499.
    expect(report((9 + -0.999) / 2, { clean: (10 + 0.001) / 2, corrupted: 0 })).toBeCloseTo(0.8, 3);
  });

  it('refuses where there is no gap, and says why', () => {
    const refused = (clean: number, corrupted: number): unknown => {
      try {
        return report(0, { clean, corrupted });
      } catch (error) {
        return error;
      }
    };
    for (const error of [refused(3, 3), refused(3, 3.00001), refused(NaN, 0)]) {
      expect(error).toBeInstanceOf(PatchbayError);
      expect(error).toMatchObject({ kind: 'invalid-input', message: expect.stringContaining('no gap between') });
    }
  });

  it('maps any baseline to 0 and 1', () => {
    const mean = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(mean, mean, (clean, corrupted) => {
        fc.pre(Math.abs(clean - corrupted) > 1e-3);
        expect(report(clean, { clean, corrupted })).toBeCloseTo(1, 9);
        expect(report(corrupted, { clean, corrupted })).toBeCloseTo(0, 12);
      }),
    );
  });
});
