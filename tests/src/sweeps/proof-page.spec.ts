import { expect, it } from 'vitest';
import { type SweepProof, withProof } from './proof-page.js';

const proof: SweepProof = {
  ...{ points: 1000, kills: 3, lost: 0, doubled: 0, failed: 0, seconds: 300, submitSeconds: 0.5, computeSeconds: 100 },
  ...{ overheadMs: 200, executions: 4, longestHistory: 4200, machine: 'one', date: '2026-11-24' },
};

it('replaces the proof before it and leaves the rest of the page alone', () => {
  const first = withProof('', proof);
  expect(first).toMatch(/^# Reliability\n\n## A large sweep/);
  expect(first).toContain('| runs | 1000: 0 lost, 0 doubled, 0 not succeeded |');
  const grown = `${first}\n## Faults\n\nFifty kills.\n`;
  const second = withProof(grown, { ...proof, lost: 1 });
  expect(second).toContain('Fifty kills.');
  expect(second).toContain('1000: 1 lost');
  expect(second).toContain('Not whole.');
  expect(second.match(/A large sweep/g)).toHaveLength(1);
});
