// Scope: whole runs through real worker processes, a real Temporal server and a real Postgres, with experiments that
// compute nothing; and what is lost when any of these is killed. Needs the built packages.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFinal, type RunEventBody, type RunView, runRequestSchema, sweepRequestSchema } from '@patchbay/contracts';
import { freePort } from '@patchbay/local-stack';
import type { Store } from '@patchbay/store';
import { startTestStore, type TestStore } from '@patchbay/store/testing';
import {
  cancelRun,
  codePrompts,
  connectTemporal,
  servedDevices,
  startRun,
  type TemporalClient,
  wakeSweep,
} from '@patchbay/workflows';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FakeParams } from './testing/fake-experiments.js';
import { plainTemporal, startTemporal, type TestTemporal } from './testing/temporal-server.js';

let folder: string;
let testStore: TestStore;
let temporal: TestTemporal;
let store: Store;
let client: TemporalClient;
let environment: NodeJS.ProcessEnv;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-worker-'));
  [testStore, temporal] = await Promise.all([startTestStore(), startTemporal()]);
  store = testStore.store;
  client = await connectTemporal(plainTemporal, temporal.address);
  environment = {
    PATH: process.env['PATH'],
    PATCHBAY_HOME: folder,
    DATABASE_URL: testStore.databaseUrl,
    ARTIFACTS_URL: testStore.artifactsUrl,
    TEMPORAL_ADDRESS: temporal.address,
  };
});
afterAll(async () => {
  await client.connection.close();
  await Promise.all([testStore.stop(), temporal.stop()]);
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGKILL')));
});

function spawnWorker(
  program: 'testing/fake-worker' | 'main',
  env: NodeJS.ProcessEnv = environment,
  args: string[] = [],
): ChildProcess {
  const path = fileURLToPath(new URL(`../dist/${program}.js`, import.meta.url));
  const worker = spawn(process.execPath, [path, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  workers.push(worker);
  return worker;
}

async function startWorker(): Promise<ChildProcess> {
  const worker = spawnWorker('testing/fake-worker');
  let errors = '';
  worker.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(worker, 'exit').then(() => Promise.reject(new Error(`The worker ended: ${errors}`)));
  if (!worker.stdout) throw new Error('no stdout');
  await Promise.race([once(worker.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return worker;
}

async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (worker.exitCode === null && worker.signalCode === null) {
    const exit = once(worker, 'exit');
    worker.kill(signal);
    await exit;
  }
  return worker.exitCode;
}

/** A run of its own, submitted and started. */
class FakeRun {
  private constructor(
    readonly id: string,
    readonly log: string,
  ) {}

  static async start(params: Partial<FakeParams> = {}): Promise<FakeRun> {
    const log = join(folder, `steps-${Math.random().toString(36).slice(2)}.log`);
    const request = runRequestSchema.parse({
      ...{ model: 'fake', task: 'fake', method: 'fake' },
      params: { rounds: [3, 2], steps: 2, stepMs: 20, ...params, log },
    });
    const { run } = await store.runs.create(request);
    await startRun(client, { runId: run.id, device: 'cpu' });
    return new FakeRun(run.id, log);
  }

  /** Steps computed so far, with the process that computed each. */
  steps(): { pid: number; unit: number; step: number }[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, 'utf8').trim().split('\n');
    return lines.map((line) => {
      const [pid = NaN, unit = NaN, step = NaN] = line.split(' ').map(Number);
      return { pid, unit, step };
    });
  }

  async untilSteps(count: number): Promise<{ pid: number; unit: number; step: number }[]> {
    while (this.steps().length < count) await sleep(20);
    return this.steps();
  }

  async ended(): Promise<RunView> {
    for (;;) {
      const run = await store.runs.get(this.id).catch(() => undefined);
      if (run && isFinal(run.status)) return run;
      await sleep(50);
    }
  }

  async events<Type extends RunEventBody['type']>(type: Type): Promise<Extract<RunEventBody, { type: Type }>[]> {
    const events = await store.events.since(this.id);
    return events.map(({ event }) => event).filter((event) => event.type === type) as never;
  }

  /** Asserts that it succeeded with the sum of its five units' numbers, each stored once. */
  async expectSuccess(): Promise<RunView> {
    const run = await this.ended();
    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect((await store.runs.result(this.id)).nodes).toEqual({ 'a0.h0': 15 });
    const { bytes } = await store.runs.file(this.id, 'sum.txt');
    expect(new TextDecoder().decode(bytes)).toBe('15');
    const units = (await this.events('unit')).map(({ round, unit }) => `${round}/${unit}`);
    expect(units.sort()).toEqual(['0/0', '0/1', '0/2', '1/0', '1/1']);
    return run;
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const untilDead = async (pid: number): Promise<number> => {
  const from = performance.now();
  while (isAlive(pid)) await sleep(20);
  return performance.now() - from;
};

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

describe('a cancellation', () => {
  it('kills the computation within five seconds and ends the run as cancelled', async () => {
    await startWorker();
    const run = await FakeRun.start({ steps: 1000, stepMs: 100 });
    const [first] = await run.untilSteps(3);
    const from = performance.now();
    expect(await cancelRun(client, run.id)).toBe(true);
    await untilDead(first?.pid ?? NaN);
    const seconds = (performance.now() - from) / 1000;
    console.log(`cancel reached the compute child in ${seconds.toFixed(2)} s`);
    expect(seconds).toBeLessThan(5);
    expect(await run.ended()).toMatchObject({ status: 'cancelled', error: null });
  });
});

describe('the death', () => {
  it('of the compute child costs one attempt, from the last checkpoint', async () => {
    await startWorker();
    const run = await FakeRun.start({ steps: 20, stepMs: 50 });
    const [first] = await run.untilSteps(10);
    process.kill(first?.pid ?? NaN, 'SIGKILL');
    const view = await run.expectSuccess();
    expect(view.attempts).toBe(1);
    expect((await run.events('note')).map(({ message }) => message)).toEqual([
      `Unit ${first?.unit} of round 1 is tried again (attempt 2)`,
    ]);
    const ofFirstUnit = run.steps().filter(({ unit }) => unit === first?.unit);
    // Of twenty steps, at most the one under way and the one whose checkpoint was on its way are computed again.
    expect(ofFirstUnit.length).toBeLessThanOrEqual(22);
  });

  it('of the whole worker costs the unit under way and nothing that was stored', async () => {
    const worker = await startWorker();
    const run = await FakeRun.start({ rounds: [3, 2], steps: 10, stepMs: 100 });
    const before = await run.untilSteps(15); // the second unit is half done
    const from = performance.now();
    await end(worker, 'SIGKILL');
    expect(await untilDead(before[0]?.pid ?? NaN)).toBeLessThan(5_000);
    await startWorker();
    await run.untilSteps(run.steps().length + 1);
    console.log(`work went on ${((performance.now() - from) / 1000).toFixed(1)} s after the worker was killed`);
    await run.expectSuccess();
    const steps = run.steps();
    // Temporal keeps no order among units that wait; the one that was begun first was stored before the kill.
    expect(steps.filter(({ unit }) => unit === before[0]?.unit)).toHaveLength(10);
    expect(steps.length).toBeLessThanOrEqual(52);
  });

  it('of Postgres only delays a run', async () => {
    await startWorker();
    const run = await FakeRun.start({ steps: 10, stepMs: 50 });
    await run.untilSteps(5);
    await testStore.postgres.crash();
    await sleep(3_000);
    await testStore.postgres.restart();
    const view = await run.expectSuccess();
    expect(view.attempts).toBe(0);
  });

  it('of Temporal only delays a run', async () => {
    await startWorker();
    const run = await FakeRun.start({ steps: 10, stepMs: 50 });
    await run.untilSteps(5);
    await temporal.crash();
    await sleep(3_000);
    await temporal.restart();
    await run.expectSuccess();
  });
});

describe('a worker', () => {
  it('that is asked to stop does so within five seconds, and the next one goes on', async () => {
    const worker = await startWorker();
    const run = await FakeRun.start({ steps: 100, stepMs: 50 });
    const [first] = await run.untilSteps(5);
    const from = performance.now();
    expect(await end(worker, 'SIGTERM')).toBe(0);
    console.log(`SIGTERM took ${((performance.now() - from) / 1000).toFixed(2)} s`);
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(isAlive(first?.pid ?? NaN)).toBe(false);
    const stopped = run.steps().length;
    const again = performance.now();
    await startWorker();
    await run.untilSteps(stopped + 1);
    console.log(`the next worker went on after ${((performance.now() - again) / 1000).toFixed(2)} s`);
    expect(performance.now() - again).toBeLessThan(8_000); // not the heartbeat's timeout
  });

  it('is known by the device that it serves', async () => {
    await startWorker();
    await expect.poll(() => servedDevices(client), { timeout: 10_000 }).toContain('cpu');
  });

  it('whose device cannot start says what it lacks, serves nothing and exits with 1', async () => {
    const worker = spawnWorker('main', environment, ['--device', 'cuda']);
    let errors = '';
    worker.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await once(worker, 'close');
    expect(worker.exitCode).toBe(1);
    expect(errors).toMatch(/The cuda device could not start: .*cuda12/);
    expect(await servedDevices(client)).not.toContain('cuda');
  });

  it.each([
    ['Temporal', { TEMPORAL_ADDRESS: '127.0.0.1:9' }, '127.0.0.1:9'],
    ['Postgres', { DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:9/none' }, '127.0.0.1:9'],
    ['the address of Temporal', { TEMPORAL_ADDRESS: '' }, 'TEMPORAL_ADDRESS'],
    ['the namespace', { TEMPORAL_NAMESPACE: 'nowhere' }, 'nowhere'],
  ])('without %s says so in one line and exits with 1', async (_, missing, named) => {
    const worker = spawnWorker('main', { ...environment, ...missing });
    let errors = '';
    worker.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await once(worker, 'close');
    expect(worker.exitCode).toBe(1);
    expect(errors).toContain(named);
    expect(errors).not.toContain('secret');
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});
