import type { RunEvent, RunView } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { appendEvents, withProgress } from './use-run-events.js';

const at = '2026-11-23T10:00:00.000Z';
const note = (id: string): RunEvent => ({ id, at, event: { type: 'note', message: id } });
const progress = (id: string, done: number): RunEvent => ({
  id,
  at,
  event: { type: 'progress', progress: { stage: 's', done, total: 9, etaSeconds: null } },
});
const run: RunView = {
  id: '01990000-0000-7000-8000-000000000000',
  name: null,
  tags: [],
  status: 'running',
  request: { model: 'm', task: 't', method: 'x', params: {}, seed: 0, device: 'cpu', tags: [] },
  progress: null,
  error: null,
  attempts: 0,
  createdAt: at,
  startedAt: at,
  finishedAt: null,
};

describe('the event stream', () => {
  it('counts an event that came twice once', () => {
    const known = appendEvents([], [note('1'), note('2')]);
    expect(appendEvents(known, [note('2'), note('3')]).map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('keeps the newest when there are very many', () => {
    const many = Array.from({ length: 2_500 }, (_, i) => note(String(i)));
    const kept = appendEvents([], many);
    expect([kept.length, kept.at(0)?.id, kept.at(-1)?.id]).toEqual([2000, '500', '2499']);
  });

  it('moves a running run’s progress to the last one heard, and leaves an ended run alone', () => {
    expect(withProgress(run, [progress('1', 1), progress('2', 2), note('3')]).progress?.done).toBe(2);
    expect(withProgress(run, [note('1')])).toBe(run);
    const ended = { ...run, status: 'succeeded' as const };
    expect(withProgress(ended, [progress('1', 1)])).toBe(ended);
  });
});
