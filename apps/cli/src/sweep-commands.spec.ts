// Scope: what the sweep commands send and say, over canned answers. What a sweep does is asserted in tests/src/sweeps.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SweepView } from '@patchbay/contracts';
import { FakeApi, json, runId, runView, sweepView } from './testing/fake-api.js';
import { runCli } from './testing/run-cli.js';

const preview = { points: 4, duplicates: 1, estimate: { of: 4, seconds: 12, peakBytes: 2 ** 30 } };
const counts = (given: Partial<SweepView['counts']>) => ({ ...sweepView().counts, queued: 0, ...given });

describe('patchbay sweep', () => {
  let api: FakeApi;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patchbay-cli-sweep-'));
  });
  afterEach(async () => {
    api.stop();
    await rm(folder, { recursive: true });
  });

  /** An API whose one sweep stands as said by its second look. */
  async function apiWithSweep(later: Partial<SweepView>): Promise<FakeApi> {
    return FakeApi.start({
      'POST /v1/sweeps/preview': json(preview),
      'POST /v1/sweeps': json(sweepView(), 202),
      [`GET /v1/sweeps/${runId}`]: json(sweepView(later)),
    });
  }
  const sent = (route: string): unknown =>
    JSON.parse(api.requests.find((request) => request.route === route)?.body ?? 'null');

  it('submits every combination of what has several values, and follows it to its end', async () => {
    api = await apiWithSweep({ status: 'finished', counts: counts({ succeeded: 4 }), reused: 1 });
    const axes = ['--model', 'tinytasks', '--task', 'ioi,./mine.jsonl', '--method', 'eap', '--seed', '0,1'];
    const settings = ['--set', 'steps=5,10', '--set', 'rule=left,right', '--set', 'sites=["z"],["m"]'];
    const { code, stdout, stderr } = await runCli([
      'sweep',
      ...axes,
      ...settings,
      '--in-flight',
      '2',
      '--url',
      api.url,
    ]);
    expect(code, stderr).toBe(0);
    expect(sent('POST /v1/sweeps')).toMatchObject({
      grid: {
        model: ['tinytasks'],
        task: ['ioi', join(process.cwd(), 'mine.jsonl')],
        method: ['eap'],
        seed: [0, 1],
        'params.steps': [5, 10],
        'params.rule': ['left', 'right'],
        'params.sites': [['z'], ['m']],
      },
      inFlight: 2,
      reuse: true,
    });
    expect(stderr).toContain('4 runs (1 more ask for the same): about 12 s of computing, 1.0 GB memory');
    expect(stderr).toContain('4 succeeded');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', points: 4 });
  });

  it('submits a file, or only says what it would be', async () => {
    api = await apiWithSweep({ status: 'finished', counts: counts({ succeeded: 4 }) });
    const file = join(folder, 'sweep.json');
    await writeFile(file, JSON.stringify({ base: { model: 'm', task: 't', method: 'eap' }, list: [{}, { seed: 1 }] }));
    const asked = await runCli(['sweep', file, '--preview', '--url', api.url]);
    expect(JSON.parse(asked.stdout)).toEqual(preview);
    expect(sent('POST /v1/sweeps')).toBeNull();
    expect((await runCli(['sweep', file, '--no-reuse', '--name', 'mine', '--url', api.url])).code).toBe(0);
    expect(sent('POST /v1/sweeps')).toMatchObject({ list: [{}, { seed: 1 }], reuse: false, name: 'mine' });
  });

  it.each<[string, Partial<SweepView>, number, RegExp]>([
    ['failed', { status: 'finished', counts: counts({ succeeded: 3, failed: 1 }) }, 1, /1 of 4 .*sweeps retry/s],
    ['were cancelled', { status: 'cancelled', counts: counts({ succeeded: 3, cancelled: 1 }) }, 130, /cancelled/],
  ])('says so when some %s', async (_, later, code, message) => {
    api = await apiWithSweep(later);
    const ended = await runCli(['sweep', '--model', 'm', '--seed', '1,2,3,4', '--url', api.url]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });

  it.each([
    ['a file that is not there', ['none.json'], /none\.json cannot be read/],
    ['nothing under way at once', ['--in-flight', '0', '--seed', '1'], /inFlight/],
    ['a setting without a value', ['--set', 'steps'], /key=value/],
  ])('refuses %s', async (_, args, message) => {
    api = await apiWithSweep({});
    const { code, stderr } = await runCli(['sweep', ...args, '--url', api.url]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(api.requests).toEqual([]);
  });

  it('lists sweeps and their points, and changes them', async () => {
    const run = runView('failed');
    api = await FakeApi.start({
      'GET /v1/sweeps': json({ sweeps: [sweepView()], next: null }),
      [`GET /v1/sweeps/${runId}/points?limit=200&status=failed`]: json({ points: [{ point: 2, run }], next: 2 }),
      [`GET /v1/sweeps/${runId}/points?limit=200&status=failed&after=2`]: json({
        points: [{ point: 3, run }],
        next: null,
      }),
      [`POST /v1/sweeps/${runId}/pause`]: json(sweepView({ status: 'paused' }), 202),
      [`POST /v1/sweeps/${runId}/points`]: json(sweepView({ points: 5 }), 202),
    });
    expect((await runCli(['sweeps', '--url', api.url])).stdout.split('\n')[1]).toMatch(
      new RegExp(`^${runId}  running`),
    );
    const points = await runCli(['sweeps', runId, '--status', 'failed', '--json', '--url', api.url]);
    expect(JSON.parse(points.stdout)).toEqual([
      { point: 2, run },
      { point: 3, run },
    ]);
    expect((await runCli(['sweeps', 'pause', runId, '--url', api.url])).stdout).toBe('The sweep is paused.\n');
    const file = join(folder, 'more.json');
    await writeFile(file, JSON.stringify({ base: { model: 'm' }, grid: { seed: [9] } }));
    expect((await runCli(['sweeps', 'append', runId, file, '--url', api.url])).stdout).toContain('5 points');
  });
});
