import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPageSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finished, newHome, removeHome, resultOf, type RunningStack, startStack, submit } from '../platform/stack.js';
import { changeSweep, getSweep, killWorkers, pointsOf, submitSweep, untilEnded } from './sweep-client.js';

/**
 * Scope: sweeps through everything. Sixty tiny runs survive kills of the worker and a pause, none lost, none doubled; a
 * run on its own overtakes them; what was computed once is taken over; failed points are tried again.
 */

const base = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching', pairs: 2 };
const sixty = {
  base,
  grid: { 'params.site': ['z', 'attn-out', 'mlp-out'], seed: Array.from({ length: 20 }, (_, seed) => seed) },
};
const home = newHome();
let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(home);
});
afterAll(async () => {
  await stack.stop();
  removeHome(home);
});

it('of sixty runs ends whole across kills of the worker and a pause, and a run on its own overtakes it', async () => {
  const { url } = stack;
  const { id } = await submitSweep(url, { ...sixty, tags: ['sixty'] });
  await untilEnded(url, id, 3, 60_000);
  expect(killWorkers(home)).toBe(1);
  await untilEnded(url, id, 8, 60_000);

  await changeSweep(url, id, 'pause');
  await expect.poll(async () => (await getSweep(url, id)).counts.running, { timeout: 30_000 }).toBe(0);
  const paused = await getSweep(url, id);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const later = await getSweep(url, id);
  expect(later).toMatchObject({ status: 'paused' });
  // At most the window's runs had been handed out and not begun.
  expect(paused.counts.queued - later.counts.queued).toBeLessThanOrEqual(4);
  expect(later.counts.queued).toBeGreaterThan(30);

  await changeSweep(url, id, 'resume');
  const alone = await submit(url, { ...base, seed: 1000 });
  expect((await finished(url, alone.id)).status).toBe('succeeded');
  expect((await getSweep(url, id)).counts.queued).toBeGreaterThan(20);
  killWorkers(home);

  const whole = await untilEnded(url, id, 60, 240_000);
  expect(whole).toMatchObject({ status: 'finished', counts: { succeeded: 60 }, reused: 0 });
  const points = await pointsOf(url, id);
  expect(points.map(({ point }) => point)).toEqual(Array.from({ length: 60 }, (_, point) => point));
  expect(points.map(({ run }) => run.request.seed)).toEqual([
    ...sixty.grid.seed,
    ...sixty.grid.seed,
    ...sixty.grid.seed,
  ]);
  const tagged = runPageSchema.parse(await (await fetch(`${url}/v1/runs?tag=sixty&limit=200`)).json());
  expect(tagged.runs).toHaveLength(60);
  for (const { run } of [points[0], points[25], points[59]].flatMap((point) => point ?? [])) {
    const direct = await discover({ request: run.request, modelSource: 'tinytasks' }, { home });
    expect((await resultOf(url, run.id)).nodes).toEqual(direct.nodes);
  }
}, 400_000);

it('takes over what was computed, but where it is told to compute', async () => {
  const { url } = stack;
  const few = { base, grid: { 'params.site': ['z'], seed: [0, 1, 2, 3, 4] } };
  const again = await submitSweep(url, few);
  expect(await untilEnded(url, again.id, 5, 60_000)).toMatchObject({ reused: 5, counts: { succeeded: 5 } });
  const [point] = await pointsOf(url, again.id);
  const reusedFrom = point?.run.reusedFrom ?? '';
  expect(await resultOf(url, point?.run.id ?? '')).toEqual(await resultOf(url, reusedFrom));
  const fresh = await submitSweep(url, { ...few, reuse: false });
  expect(await untilEnded(url, fresh.id, 5, 60_000)).toMatchObject({ reused: 0, counts: { succeeded: 5 } });
  const alone = await finished(url, (await submit(url, { ...base, params: { site: 'z' } })).id);
  expect(alone).toMatchObject({ status: 'succeeded' });
  expect(alone.reusedFrom).toBeUndefined();
}, 200_000);

it('tries a failed point again in its place', async () => {
  const { url } = stack;
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-sweep-'));
  const task = join(folder, 'task.jsonl');
  await writeFile(task, 'no JSON\n');
  const { id } = await submitSweep(url, { base, list: [{ seed: 77 }, { task }] });
  expect(await untilEnded(url, id, 2, 60_000)).toMatchObject({
    status: 'finished',
    counts: { succeeded: 1, failed: 1 },
  });
  const pairs = fileURLToPath(new URL('../../../libs/tasks/data/tinytasks/ioi.jsonl', import.meta.url));
  await writeFile(task, await readFile(pairs));
  expect(await changeSweep(url, id, 'retry')).toMatchObject({ counts: { failed: 0, queued: 1 } });
  expect(await untilEnded(url, id, 2, 60_000)).toMatchObject({ status: 'finished', counts: { succeeded: 2 } });
  await rm(folder, { recursive: true });
}, 200_000);

it('that is cancelled stops within seconds', async () => {
  const { url } = stack;
  const long = { ...base, task: 'docstring', pairs: 800, params: { positions: 'each', direction: 'denoising' } };
  const { id } = await submitSweep(url, { base: long, grid: { seed: [0, 1, 2, 3, 4, 5, 6, 7] } });
  await expect.poll(async () => (await getSweep(url, id)).counts.running, { timeout: 60_000 }).toBeGreaterThan(0);
  const asked = performance.now();
  await changeSweep(url, id, 'cancel');
  expect(await untilEnded(url, id, 8, 30_000)).toMatchObject({ status: 'cancelled', counts: { cancelled: 8 } });
  expect(performance.now() - asked).toBeLessThan(8_000);
}, 200_000);
