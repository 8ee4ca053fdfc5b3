import type { RunEvent } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { throughput, throughputText } from './throughput.js';

const progress = (second: number, done: number, stage = 'patching', total = 10): RunEvent => ({
  id: `${second}`,
  at: new Date(1_000 * second).toISOString(),
  event: { type: 'progress', progress: { stage, done, total, etaSeconds: null } },
});

describe('throughput', () => {
  it('needs two points that differ', () => {
    expect(throughput([])).toBeNull();
    expect(throughput([progress(0, 1)])).toBeNull();
    expect(throughput([progress(0, 1), progress(5, 1)])).toBeNull();
  });

  it('measures the present stage only', () => {
    expect(throughput([progress(0, 0, 'loading'), progress(10, 2), progress(14, 4)])).toBe(0.5);
  });

  it('forgets what is older than a minute', () => {
    expect(throughput([progress(0, 0), progress(100, 1), progress(150, 6)])).toBe(0.1);
  });

  it('is said in the unit that gives at least one', () => {
    expect([null, 250, 2, 0.5, 0.01].map(throughputText)).toEqual([
      'not known yet',
      '250 units/s',
      '2.0 units/s',
      '30.0 units/min',
      '36.0 units/h',
    ]);
  });
});
