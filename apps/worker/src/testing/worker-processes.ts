import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFinal, type RunEventBody, type RunView, runRequestSchema } from '@patchbay/contracts';
import type { Store } from '@patchbay/store';
import { startTestStore, type TestStore } from '@patchbay/store/testing';
import { connectTemporal, startRun, type TemporalClient } from '@patchbay/workflows';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { FakeParams } from './fake-experiments.js';
import { plainTemporal, startTemporal, type TestTemporal } from './temporal-server.js';

/** @file Real workers in processes of their own, on a store and a Temporal of their own: specs that import this share its set-up. */

export let folder: string;
export let testStore: TestStore;
export let temporal: TestTemporal;
export let store: Store;
export let client: TemporalClient;
export let environment: NodeJS.ProcessEnv;
export const workers: ChildProcess[] = [];

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

export function spawnWorker(
  program: 'testing/fake-worker' | 'main',
  env: NodeJS.ProcessEnv = environment,
  args: string[] = [],
): ChildProcess {
  const path = fileURLToPath(new URL(`../../dist/${program}.js`, import.meta.url));
  const worker = spawn(process.execPath, [path, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  workers.push(worker);
  return worker;
}

export async function startWorker(): Promise<ChildProcess> {
  const worker = spawnWorker('testing/fake-worker');
  let errors = '';
  worker.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(worker, 'exit').then(() => Promise.reject(new Error(`The worker ended: ${errors}`)));
  if (!worker.stdout) throw new Error('no stdout');
  await Promise.race([once(worker.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return worker;
}

export async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (worker.exitCode === null && worker.signalCode === null) {
    const exit = once(worker, 'exit');
    worker.kill(signal);
    await exit;
  }
  return worker.exitCode;
}

/** A run of its own, submitted and started. */
export class FakeRun {
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

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
export const untilDead = async (pid: number): Promise<number> => {
  const from = performance.now();
  while (isAlive(pid)) await sleep(20);
  return performance.now() - from;
};
