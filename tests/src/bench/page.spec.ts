import { describe, expect, it } from 'vitest';
import { median, page } from './page.js';
import type { WorkRecord } from './record.js';
import type { Work } from './works.js';

describe('median', () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, middle) => expect(median(values)).toBe(middle));
});

describe('page', () => {
  const peer = { environment: 'transformer-lens', script: 'heads.py', agrees: 'scores' } as const;
  const work: Work = {
    ...{ id: 'heads', title: 'Head patching', model: 'gpt2-small', pairs: 'late' },
    ...{ method: 'activation-patching', params: {} },
    peers: [
      { ...peer, name: 'one', goal: { time: 8 } },
      { ...peer, name: 'other', goal: { time: 12, memory: 2 } },
    ],
  };
  const runs = { seconds: [20, 30, 10], peakBytes: [3e9, 3e9, 3e9], versions: { torch: '2.7.1' } };
  const record: WorkRecord = {
    ...{ id: 'heads', date: '2026-11-23', machine: 'a machine', threads: 2 },
    patchbay: { seconds: [2, 2, 9], peakBytes: [1e9, 1e9, 1e9], versions: { patchbay: '0.1.0' } },
    peers: [
      { ...runs, name: 'one', agreement: { agrees: true, words: '144 scores, 1e-6 of the largest' } },
      { ...runs, name: 'other', agreement: { agrees: false, words: '144 scores, 5e-1 of the largest' } },
    ],
  };
  const rows = page([work], [record])
    .split('\n')
    .filter((line) => line.startsWith('| Head'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('gives medians, ratios and goals, and says what was missed or differs', () => {
    expect(rows[0]?.slice(3, 8)).toEqual([
      ...['20.0 s, 3000 MB ×3', '2.00 s, 1000 MB ×3', '10.0× (goal 8×)', '3.0×'],
      '144 scores, 1e-6 of the largest',
    ]);
    expect(rows[1]?.slice(5, 8)).toEqual([
      ...['**10.0×** (goal 12× missed)', '3.0× (goal 2×)', '**differs**: 144 scores, 5e-1 of the largest'],
    ]);
  });

  it('names machine and versions once each, and leaves out what was not measured', () => {
    const text = page([work, { ...work, id: 'eap', title: 'EAP' }], [record]);
    expect(text).toContain('- heads: 2026-11-23, a machine, 2 threads\n');
    expect(text).toContain('- one; other: torch 2.7.1\n');
    expect(text).not.toContain('| EAP');
  });
});
