// Scope: whole runs through real worker processes, a real Temporal server and a real Postgres, with experiments that
// compute nothing; and what is lost when any of these is killed. Needs the built packages.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type RunView, runRequestSchema, sweepRequestSchema } from '@patchbay/contracts';
import { freePort } from '@patchbay/local-stack';
import { codePrompts, startRun, wakeSweep } from '@patchbay/workflows';
import { describe, expect, it } from 'vitest';
import {
  FakeRun,
  client,
  environment,
  folder,
  spawnWorker,
  startWorker,
  store,
  temporal,
} from './testing/worker-processes.js';

describe('what can be seen of a worker', () => {
  it('is what it computed, and whether it can work', async () => {
    const [metricsPort, probePort] = [await freePort(), await freePort()];
    const ports = { FAKE_METRICS_PORT: String(metricsPort), FAKE_PROBE_PORT: String(probePort) };
    const worker = spawnWorker('testing/fake-worker', { ...environment, ...ports });
    let lines = '';
    worker.stderr?.on('data', (chunk: Buffer) => (lines += chunk.toString()));
    const probe = (path: string) => fetch(`http://127.0.0.1:${probePort}${path}`);
    const statusOf = (path: string) => probe(path).then(({ status }) => status).catch(() => 0); // prettier-ignore
    await expect.poll(() => statusOf('/ready'), { timeout: 30_000 }).toBe(200);
    expect(await statusOf('/live')).toBe(204);
    expect(await statusOf('/other')).toBe(404);

    const run = await FakeRun.start({ halve: true });
    await run.expectSuccess();
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const unit = '{device="cpu",method="fake",operation="unit",outcome="done"}';
    expect(metrics).toContain(`patchbay_compute_seconds_count${unit} 5\n`);
    expect(metrics).toContain('patchbay_model_uses_total{cache="cold",device="cpu"} 1\n');
    expect(metrics).toContain('patchbay_model_uses_total{cache="warm",device="cpu"} 5\n');
    expect(metrics).toContain('patchbay_batch_halvings_total{device="cpu"} 1\n');
    expect(metrics).toContain('patchbay_compute_slots{device="cpu"} 1\n');
    expect(metrics).toContain('patchbay_compute_slots_busy{device="cpu"} 0\n');
    expect(metrics).toMatch(
      /^temporal_activity_schedule_to_start_latency_seconds_count\{.*patchbay-compute-cpu.*\} \d+$/m,
    );

    await temporal.crash();
    await expect.poll(() => statusOf('/ready'), { timeout: 10_000 }).toBe(503);
    expect(await (await probe('/ready')).json()).toMatchObject({
      ready: false,
      parts: { temporal: 'down', postgres: 'up' },
    });
    expect(await statusOf('/live')).toBe(204);
    await temporal.restart();
    await expect.poll(() => statusOf('/ready'), { timeout: 30_000 }).toBe(200);
    expect(lines).toContain(run.id);
  });
});

describe('a worker that cannot be seen where it was told', () => {
  it.each([
    ['--probe-port', '70000', '--probe-port 70000 is no port'],
    ['--metrics-port', 'taken', 'Metrics cannot be served on port'],
    ['--probe-port', 'taken', 'cannot be listened on'],
  ])('says so of %s %s and ends', async (flag, port, message) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const taken = typeof address === 'object' && address ? String(address.port) : '';
    const worker = spawnWorker('main', environment, [flag, port === 'taken' ? taken : port]);
    let errors = '';
    worker.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await once(worker, 'close');
    other.close();
    expect(worker.exitCode).toBe(1);
    expect(errors).toContain(message);
  });
});

describe('a run', () => {
  it('goes through its rounds to a result, and its history tells how', async () => {
    await startWorker();
    const run = await FakeRun.start({ steps: 10, stepMs: 130 });
    const view = await run.expectSuccess();

    expect((await run.events('status')).map(({ status }) => status)).toEqual(['queued', 'running', 'succeeded']);
    expect(view).toMatchObject({ attempts: 0, progress: { stage: 'finishing', done: 5, total: 5, etaSeconds: 0 } });
    const progress = (await run.events('progress')).map((event) => event.progress);
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.length).toBeLessThan(13); // seven seconds, and two stages
    const done = progress.map((each) => each.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(progress.some((each) => each.done % 1 !== 0)).toBe(true);
    const midway = progress.find((each) => each.done >= 1 && each.total === 3);
    const unitsLeft = 3 - (midway?.done ?? NaN);
    expect(midway?.etaSeconds).toBeGreaterThan(unitsLeft);
    expect(midway?.etaSeconds).toBeLessThan(unitsLeft * 2);

    const result = await store.runs.result(run.id);
    expect(result.seconds.compute).toBeGreaterThan(6.5);
    expect(result.seconds.compute).toBeLessThan(9);
    expect(result.memory.peakBytes).toBeGreaterThan(1e7);
    expect(result.manifest.model.name).toBe('fake');
    expect(new Set(run.steps().map(({ pid }) => pid)).size).toBe(1);
  });

  it('that halves a batch for want of memory says so in its history and in its result', async () => {
    await startWorker();
    const run = await FakeRun.start({ halve: true });
    await run.expectSuccess();
    expect(await run.events('note')).toEqual([{ type: 'note', message: 'Memory did not suffice.' }]);
    expect((await store.runs.result(run.id)).memory.halvings).toBe(1);
  });

  it('that a method refuses fails at once, with the report', async () => {
    await startWorker();
    const run = await FakeRun.start({ refuse: true });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      attempts: 0,
      error: { kind: 'invalid-input', message: 'There is no such site.', action: 'Name another.' },
    });
  });

  it('that was cancelled before its workflow began computes nothing', async () => {
    const run = await FakeRun.start();
    await store.runs.cancel(run.id);
    await startWorker();
    await client.workflow
      .getHandle(run.id)
      .result()
      .catch(() => undefined);
    expect(await store.runs.get(run.id)).toMatchObject({ status: 'cancelled', startedAt: null });
    expect(run.steps()).toEqual([]);
  });

  it('uses the registered model and task of its names', async () => {
    await store.models.add(
      { name: 'fake-registered', source: '/models/fake' },
      {
        ...{ name: 'fake-registered', source: '/models/fake', family: 'fake', sha256: null },
        ...{ layers: 1, heads: 1, keyValueHeads: 1, dModel: 1, dHead: 1, vocabulary: 1, context: 1, parameters: 1 },
      },
    );
    await startWorker();
    const params = { rounds: [1], steps: 1, stepMs: 1, log: join(folder, 'registered.log') };
    const request = runRequestSchema.parse({ model: 'fake-registered', task: 'fake', method: 'fake', params });
    const { run } = await store.runs.create(request);
    await startRun(client, { runId: run.id, device: 'cpu' });
    while (!isFinal((await store.runs.get(run.id)).status)) await sleep(50);
    expect((await store.runs.result(run.id)).manifest.model.name).toBe('/models/fake');
  });
});

describe('prompts', () => {
  it('are coded with a file of a run, under the model that the run saw and no other', async () => {
    await startWorker();
    const run = await FakeRun.start();
    await run.expectSuccess();
    const code = async (text: string, file = 'sum.txt'): Promise<unknown> => {
      const prompts = await store.artifacts.put(new TextEncoder().encode(text), 'application/jsonl');
      const codes = await codePrompts(client, { runId: run.id, file, prompts }, 'cpu', 60_000);
      return JSON.parse(new TextDecoder().decode(await store.artifacts.get(codes)));
    };
    expect(await code('one')).toMatchObject({ model: { name: 'fake' }, prompts: [{ text: 'one' }] });
    await expect(code('changed')).rejects.toMatchObject({ kind: 'conflict', message: /no longer those/ });
    await expect(code('one', 'other.txt')).rejects.toMatchObject({ kind: 'not-found', action: 'Ask for sum.txt.' });
  });
});

describe('a point of a sweep', () => {
  const params = { rounds: [2], steps: 1, stepMs: 1 };
  async function newPoint(log: string): Promise<RunView> {
    const given = { model: 'fake', task: 'fake', method: 'fake' };
    const request = runRequestSchema.parse({ ...given, params: { ...params, log: join(folder, log) } });
    const { sweep } = await store.sweeps.create(sweepRequestSchema.parse({ list: [{}] }), [request]);
    const [point] = (await store.sweeps.points(sweep.id, { limit: 1 })).points;
    if (!point) throw new Error('no point');
    return point.run;
  }
  const workflowEnd = (id: string): Promise<unknown> => client.workflow.getHandle(id).result();

  it('is started by its sweep, and takes over what a finished run with the same manifest found', async () => {
    await startWorker();
    const first = await newPoint('point.log');
    await wakeSweep(client, first.sweepId ?? '');
    await workflowEnd(first.sweepId ?? '');
    expect(await store.runs.get(first.id)).toMatchObject({ status: 'succeeded' });
    const steps = readFileSync(join(folder, 'point.log'), 'utf8');

    const second = await newPoint('point.log');
    await wakeSweep(client, second.sweepId ?? '');
    await workflowEnd(second.sweepId ?? '');
    expect(await store.runs.get(second.id)).toMatchObject({ status: 'succeeded', reusedFrom: first.id });
    expect(readFileSync(join(folder, 'point.log'), 'utf8')).toBe(steps);
    expect(await store.runs.result(second.id)).toEqual(await store.runs.result(first.id));
    const said = (await store.events.since(second.id)).map(({ event }) => event.type);
    expect(said).toEqual(['status', 'status', 'note', 'status']);
  });

  it('that took over a result just before its worker was killed ends all the same', async () => {
    const [earlier, point] = [await newPoint('killed.log'), await newPoint('killed.log')];
    await startWorker();
    await startRun(client, { runId: earlier.id, device: 'cpu' });
    await workflowEnd(earlier.id);
    const manifest = await store.runs.manifest(earlier.id);
    if (!manifest) throw new Error('no manifest');
    await store.runs.begin(point.id, manifest);
    expect(await store.runs.reuse(point.id)).toBe(earlier.id);
    await startRun(client, { runId: point.id, device: 'cpu' });
    await workflowEnd(point.id);
    expect((await store.runs.get(point.id)).status).toBe('succeeded');
  });
});
