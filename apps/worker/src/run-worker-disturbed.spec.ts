/** Scope: workers that are cancelled, killed, cut off or asked to stop, and those whose device is not there. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelRun, servedDevices } from '@patchbay/workflows';
import { describe, expect, it } from 'vitest';
import {
  FakeRun,
  client,
  end,
  environment,
  isAlive,
  spawnWorker,
  startWorker,
  temporal,
  testStore,
  untilDead,
} from './testing/worker-processes.js';

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
