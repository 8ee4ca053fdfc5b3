import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kl } from './kl.js';

const pair = { clean: [], corrupted: [], answers: [0], wrongs: [1] };
const value = (patched: readonly number[], clean: readonly number[]): number =>
  kl.value(Float32Array.from(patched), pair, Float32Array.from(clean));

describe('kl', () => {
  it('is KL(clean ‖ patched), not the other way round, summed and not averaged over the vocabulary', () => {
    // clean p = (3/4, 1/4), patched p = (1/2, 1/2)
    const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
    expect(value([0, 0], [Math.log(3), 0])).toBeCloseTo(expected, 7);
    expect(value([Math.log(3), 0], [0, 0])).toBeCloseTo(0.5 * Math.log(2 / 3) + 0.5 * Math.log(2), 7);
  });

  it('is stable where exponentials overflow or vanish', () => {
    expect(value([1000, 0], [0, 1000])).toBeCloseTo(1000, 9);
    expect(value([5, 5, 5], [1, 1, -Infinity])).toBeCloseTo(Math.log(1.5), 9);
  });

  it('is the same to the last bit for a clean run that it has seen before', () => {
    const clean = Float32Array.of(0.3, -2, 1.7);
    const seen = (patched: readonly number[]): number => kl.value(Float32Array.from(patched), pair, clean);
    const runs = [
      [1, 2, 3],
      [0.3, -2, 1.7],
      [-1, 0, 5],
    ];
    for (const run of [...runs, ...runs]) expect(seen(run)).toBe(value(run, [...clean]));
  });

  it('is 0 from itself exactly, never below 0, and does not feel a shift of either run', () => {
    const logits = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(logits, fc.infiniteStream(fc.integer({ min: -30, max: 30 })), (clean, stream) => {
        const patched = clean.map(() => stream.next().value as number);
        const divergence = value(patched, clean);
        expect(value(clean, clean)).toBe(0);
        expect(divergence).toBeGreaterThanOrEqual(-1e-12);
        expect(
          value(
            patched.map((logit) => logit + 64),
            clean,
          ),
        ).toBeCloseTo(divergence, 6);
      }),
    );
  });
});
