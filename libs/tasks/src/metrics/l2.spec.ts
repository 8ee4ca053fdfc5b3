import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { l2 } from './l2.js';

const pair = { clean: [], corrupted: [], answers: [0], wrongs: [1] };
const value = (patched: readonly number[], clean: readonly number[]): number =>
  l2.value(Float32Array.from(patched), pair, Float32Array.from(clean));

describe('l2', () => {
  it('is the mean squared difference', () => {
    expect(value([1, 2, 3, 4], [1, 4, 0, 4])).toBe((4 + 9) / 4);
  });

  it('is symmetric, 0 from itself only, and grows with the square of the difference', () => {
    const logits = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 100 }), (clean, step) => {
        const moved = (by: number): number[] => clean.map((logit) => logit + by);
        expect(value(clean, clean)).toBe(0);
        expect(value(moved(step), clean)).toBe(step ** 2);
        expect(value(clean, moved(step))).toBe(step ** 2);
      }),
    );
  });
});
