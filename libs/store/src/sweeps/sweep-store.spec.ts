// Scope: what the record keeps of sweeps, on a real Postgres. How their runs get started is asserted in libs/workflows.
import { type RunView, type SweepRequest, sweepRequestSchema } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStore, SweepStore } from '../store.js';
import { sampleManifest, sampleRequest, sampleResult } from '../testing/samples.js';
import { startTestStore, type TestStore } from '../testing/test-store.js';
import { uuidV7 } from '../uuid-v7.js';

let test: TestStore;
let sweeps: SweepStore;
let runs: RunStore;
beforeAll(async () => {
  test = await startTestStore();
  ({ sweeps, runs } = test.store);
});
afterAll(() => test.stop());

const seeds = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => sampleRequest({ seed: from + index, tags: ['mine'], name: 'n' }));
const asked = (given: Partial<SweepRequest> = {}): SweepRequest =>
  sweepRequestSchema.parse({ base: {}, grid: { seed: [0] }, ...given });

async function newSweep(points: number, given: Partial<SweepRequest> = {}): Promise<string> {
  return (await sweeps.create(asked(given), seeds(points))).sweep.id;
}
async function runsOf(id: string): Promise<RunView[]> {
  return (await sweeps.points(id, { limit: 200 })).points.map(({ run }) => run);
}
async function at(id: string, point: number): Promise<string> {
  const run = (await runsOf(id))[point];
  if (!run) throw new Error(`no point ${point}`);
  return run.id;
}
const broke = { kind: 'internal', message: 'It broke.', action: 'Mend it.' } as const;

describe('a sweep', () => {
  it('of 10 000 points is written whole, each point a queued run with its event, and paged without gaps', async () => {
    const id = (await sweeps.create(asked(), seeds(10_000))).sweep.id;
    const seen: number[] = [];
    let next: number | null = -1;
    while (next !== null) {
      const page = await sweeps.points(id, { limit: 200, ...(next >= 0 && { after: next }) });
      for (const { point, run } of page.points) expect(run.request.seed).toBe(point);
      seen.push(...page.points.map(({ point }) => point));
      next = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, point) => point));
    const view = await sweeps.get(id);
    expect(view).toMatchObject({ status: 'running', points: 10_000, reused: 0, finishedAt: null });
    expect(view.counts).toEqual({ queued: 10_000, running: 0, succeeded: 0, failed: 0, cancelled: 0 });
    const run = await runs.get(await at(id, 0));
    expect(run).toMatchObject({ sweepId: id, tags: ['mine'], name: 'n', status: 'queued' });
    expect(await test.store.events.since(run.id)).toHaveLength(1);
    await expect(sweeps.append(id, seeds(1))).rejects.toMatchObject({ kind: 'invalid-input' });
    await sweeps.cancel(id);
    expect(await sweeps.get(id)).toMatchObject({ status: 'cancelled', counts: { cancelled: 10_000, queued: 0 } });
    expect(await test.store.events.since(run.id)).toHaveLength(2);
  });

  it('is one under one idempotency key, also when asked for many times at once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => sweeps.create(asked(), seeds(3), 'key-1')));
    expect(new Set(made.map(({ sweep }) => sweep.id)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(made[0]?.sweep.points).toBe(3);
    await expect(sweeps.create(asked({ inFlight: 9 }), seeds(3), 'key-1')).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('leaves its runs to its workflow: the reconciler of runs on their own sees none of them', async () => {
    const id = await newSweep(2);
    const alone = (await runs.create(sampleRequest())).run.id;
    const unstarted = await runs.unstarted(0);
    expect(unstarted).toContain(alone);
    for (const run of await runsOf(id)) expect(unstarted).not.toContain(run.id);
  });

  it('counts as untold until its workflow knows of every change', async () => {
    const id = await newSweep(1);
    expect(await sweeps.untold(0)).toContain(id);
    const before = await sweeps.changes(id);
    await sweeps.pause(id);
    await sweeps.confirmTold(id, before);
    expect(await sweeps.untold(0)).toContain(id);
    await sweeps.confirmTold(id, await sweeps.changes(id));
    expect(await sweeps.untold(0)).not.toContain(id);
  });

  it('hands out its open points in order, but none while it is paused or cancelled', async () => {
    const id = await newSweep(5);
    const [first = '', second = '', third = ''] = (await runsOf(id)).map((run) => run.id);
    await runs.cancel(second);
    expect(await sweeps.nextRuns(id, [first], 1)).toEqual({
      state: 'active',
      inFlight: 4,
      runs: [{ runId: third, device: 'cpu' }],
    });
    await sweeps.pause(id);
    expect(await sweeps.nextRuns(id, [], 9)).toMatchObject({ state: 'paused', runs: [] });
    expect((await sweeps.get(id)).status).toBe('paused');
    await sweeps.resume(id);
    expect((await sweeps.nextRuns(id, [], 9)).runs).toHaveLength(4);
    await sweeps.cancel(id);
    expect(await sweeps.nextRuns(id, [], 9)).toMatchObject({ state: 'cancelled', runs: [] });
    for (const change of ['pause', 'resume', 'retryFailed', 'cancel'] as const) {
      await expect(sweeps[change](id)).rejects.toMatchObject({ kind: 'conflict' });
    }
  });

  it('finishes with its last point, goes on with appended ones, and retries the failed ones alone', async () => {
    const id = await newSweep(2);
    const [failed, cancelled] = [await at(id, 0), await at(id, 1)];
    await runs.fail(failed, broke);
    await runs.cancel(cancelled);
    expect(await sweeps.get(id)).toMatchObject({ status: 'finished', counts: { failed: 1, cancelled: 1 } });
    expect((await sweeps.get(id)).finishedAt).not.toBeNull();
    await sweeps.append(id, seeds(1, 7));
    await sweeps.retryFailed(id);
    expect(await sweeps.get(id)).toMatchObject({ status: 'running', points: 3, counts: { queued: 2, failed: 0 } });
    const again = await runs.get(await at(id, 0));
    expect(again.id).not.toBe(failed);
    expect(again.request).toEqual((await runs.get(failed)).request);
    expect(await runs.get(failed)).toMatchObject({ status: 'failed', sweepId: id });
    expect((await runs.get(await at(id, 2))).request.seed).toBe(7);
    expect((await sweeps.points(id, { limit: 9, status: 'cancelled' })).points.map(({ point }) => point)).toEqual([1]);
  });

  it('that does not exist is not found', async () => {
    await expect(sweeps.get(uuidV7())).rejects.toMatchObject({ kind: 'not-found' });
    await expect(sweeps.pause('x')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(sweeps.points(uuidV7(), { limit: 1 })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is listed newest first, in pages', async () => {
    const ids = [await newSweep(1), await newSweep(1), await newSweep(1)].reverse();
    const first = await sweeps.list({ limit: 2 });
    expect(first.sweeps.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await sweeps.list({ limit: 50, cursor: first.next ?? '' });
    expect(second.sweeps[0]?.id).toBe(ids[2]);
  });
});

describe('a finished run', () => {
  const manifest = (seed: number) => ({ ...sampleManifest(), request: sampleRequest({ seed }) });
  async function succeeded(seed: number): Promise<string> {
    const { run } = await runs.create(sampleRequest({ seed }));
    await runs.begin(run.id, manifest(seed));
    await runs.succeed(run.id, sampleResult({ 'a1.h1': seed }));
    return run.id;
  }

  it('gives its result to a point with the same manifest, whatever the two are called', async () => {
    const earlier = await succeeded(101);
    const point = await at(await newSweep(1), 0);
    const named = { ...manifest(101), request: sampleRequest({ seed: 101, name: 'other', tags: ['x'] }) };
    const estimate = { seconds: 1, peakBytes: 1, flops: 1, budgetBytes: 1 };
    await runs.begin(point, { ...named, estimate });
    expect(await runs.reuse(point)).toBe(earlier);
    expect(await runs.get(point)).toMatchObject({ status: 'succeeded', reusedFrom: earlier });
    expect((await runs.result(point)).nodes).toEqual({ 'a1.h1': 101 });
    expect(await sweeps.get((await runs.get(point)).sweepId ?? '')).toMatchObject({ reused: 1, status: 'finished' });
    expect(await runs.reuse(point)).toBeUndefined(); // it has ended
  });

  it.each([
    ['another model', { model: { ...sampleManifest().model, sha256: 'f'.repeat(64) } }],
    ['another version of Patchbay', { patchbay: '9.9.9' }],
  ])('does not, with %s', async (_, other) => {
    await succeeded(102);
    const point = await at(await newSweep(1), 0);
    await runs.begin(point, { ...manifest(102), ...other });
    expect(await runs.reuse(point)).toBeUndefined();
    expect((await runs.get(point)).status).toBe('running');
  });

  it('does not, to a run on its own or in a sweep that computes everything', async () => {
    await succeeded(103);
    const alone = (await runs.create(sampleRequest())).run.id;
    const fresh = await at(await newSweep(1, { reuse: false }), 0);
    for (const id of [alone, fresh]) {
      await runs.begin(id, manifest(103));
      expect(await runs.reuse(id)).toBeUndefined();
    }
  });
});
