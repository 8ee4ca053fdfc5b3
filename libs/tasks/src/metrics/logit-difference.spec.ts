import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pair } from '../pair.js';
import { logitDifference } from './logit-difference.js';

const pair = (answers: number[], wrongs: number[]): Pair => ({ clean: [1], corrupted: [2], answers, wrongs });
const none = new Float32Array();

describe('logit-difference', () => {
  it('is answer minus wrong', () => {
    expect(logitDifference.value(Float32Array.of(5, 2), pair([7], [8]), none)).toBe(3);
  });

  it('takes the mean over several answers and several wrong ones', () => {
    expect(logitDifference.value(Float32Array.of(4, 8, 1, 2, 6), pair([1, 2], [3, 4, 5]), none)).toBe(6 - 3);
  });

  it('accumulates in float64', () => {
    // In float32 the ones vanish beside 2²⁴: the mean of the answers would be short of them.
    const logits = Float32Array.from([2 ** 24, ...Array<number>(8).fill(1), 0]);
    expect(logitDifference.value(logits, pair([1, 2, 3, 4, 5, 6, 7, 8, 9], [10]), none)).toBe((2 ** 24 + 8) / 9);
  });

  it('does not change when all logits rise together, and changes sign when the two sides trade places', () => {
    const logit = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1 }), fc.array(logit, { minLength: 1 }), logit, (a, w, shift) => {
        const value = (left: number[], right: number[]): number =>
          logitDifference.value(Float32Array.from([...left, ...right]), pair(left, right), none);
        expect(value(w, a)).toBeCloseTo(-value(a, w), 8);
        const raised = (list: number[]): number[] => list.map((one) => one + shift);
        expect(value(raised(a), raised(w))).toBeCloseTo(value(a, w), 8);
      }),
    );
  });
});
