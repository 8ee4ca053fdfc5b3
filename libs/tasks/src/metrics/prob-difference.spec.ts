import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probDifference } from './prob-difference.js';

const none = new Float32Array();
const value = (logits: readonly number[], answers: number[], wrongs: number[]): number =>
  probDifference.value(Float32Array.from(logits), { clean: [], corrupted: [], answers, wrongs }, none);

describe('prob-difference', () => {
  it('is the probability of the answers less that of the wrong ones', () => {
    // p = 1/8, 2/8, 4/8, 1/8
    const logits = [0, Math.log(2), Math.log(4), 0];
    expect(value(logits, [2], [0])).toBeCloseTo(3 / 8, 6);
    expect(value(logits, [1, 2], [0, 3])).toBeCloseTo(4 / 8, 6);
  });

  it('holds for logits whose exponentials overflow', () => {
    expect(value([1000, 998], [0], [1])).toBeCloseTo((Math.exp(2) - 1) / (Math.exp(2) + 1), 9);
    expect(value([-1000, -1002], [0], [1])).toBeCloseTo((Math.exp(2) - 1) / (Math.exp(2) + 1), 9);
  });

  it('lies in −1 … 1, is the rest of the answers’ mass where both lists cover all, and does not feel a shift', () => {
    const logits = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(logits, fc.nat(), fc.integer({ min: -500, max: 500 }), (list, cut, shift) => {
        const ids = list.map((_, id) => id);
        const split = 1 + (cut % (list.length - 1));
        const difference = value(list, ids.slice(0, split), ids.slice(split));
        expect(Math.abs(difference)).toBeLessThanOrEqual(1 + 1e-12);
        expect(difference).toBeCloseTo(1 - 2 * (-value(list, [], ids.slice(split)) || 0), 9);
        expect(
          value(
            list.map((logit) => logit + shift),
            ids.slice(0, split),
            ids.slice(split),
          ),
        ).toBeCloseTo(difference, 9);
      }),
    );
  });
});
