import { describe, expect, it } from 'vitest';
import { compareDecisions, compareScores } from './agreement.js';
import type { Measurement } from './measure.js';

describe('compareScores', () => {
  it('takes the largest difference as a share of the largest score', () => {
    const agreement = compareScores({ 'a0.h0': 2, 'a0.h1': -4, m0: 9 }, { 'a0.h0': 2.002, 'a0.h1': -4 });
    expect(agreement).toEqual({ agrees: true, words: '2 scores, 5e-4 of the largest' });
  });

  it.each([
    ['a score is off', { m0: 1.01 }],
    ['a score is missing', { m1: 1 }],
    ['a score is no number', { m0: NaN }],
    ['there is nothing to compare', {}],
  ])('does not agree where %s', (_, theirs: Record<string, number>) => {
    expect(compareScores({ m0: 1 }, theirs).agrees).toBe(false);
  });
});

describe('compareDecisions', () => {
  const ours = (steps: NonNullable<Measurement['steps']>): Measurement => ({
    ...{ seconds: 1, peakBytes: 1, versions: {}, steps },
    scores: Object.fromEntries(steps.filter(([, , removed]) => !removed).map(([edge, rise]) => [edge, rise])),
  });
  const tau = 1e-3;

  it('agrees on equal decisions', () => {
    const run = ours([
      ['m1->logits', 5e-3, false],
      ['m0->logits', 1e-4, true],
    ]);
    expect(compareDecisions(run, { 'm1->logits': 1 }, tau)).toEqual({ agrees: true, words: '2 decisions, 1 kept' });
  });

  it('forgives a close call and looks no further', () => {
    const run = ours([
      ['m1->logits', 1.001e-3, false],
      ['m0->logits', 5e-3, false],
    ]);
    expect(compareDecisions(run, {}, tau)).toEqual({
      agrees: true,
      words: '0 of 2 decisions; then m1->logits, 1e-6 from τ',
    });
  });

  it('does not agree where a clear decision differs, where an untested edge was kept, or where nothing was tested', () => {
    expect(compareDecisions(ours([['m1->logits', 5e-3, false]]), {}, tau).agrees).toBe(false);
    expect(compareDecisions(ours([['m1->logits', 1e-4, true]]), { 'm0->m1': 1 }, tau).agrees).toBe(false);
    expect(compareDecisions(ours([]), {}, tau).agrees).toBe(false);
  });
});
