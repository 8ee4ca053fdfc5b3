// Scope: the sweep workflow on a real Temporal server, over a record in memory and runs that compute nothing. Needs the
// built package with its workflow bundle.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRun, wakeSweep } from './client.js';
import { fails, waitsForCancel } from './testing/fake-activities.js';
import { FakeSweep } from './testing/fake-sweep.js';
import { serveWhile, startServer } from './testing/workflow-server.js';

/** So few events that a sweep of some dozen runs has to go on in a new execution. */
const EVENTS_PER_EXECUTION = 150;

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startServer(EVENTS_PER_EXECUTION);
});
afterAll(() => server.teardown());

/** Serves both queues over the sweep's record while `during` runs. */
async function withWorkers(sweep: FakeSweep, during: (sweepId: string) => Promise<void>, slots = 20): Promise<void> {
  await serveWhile(server, sweep.activities, during, slots);
}

const wake = (sweepId: string): Promise<void> => wakeSweep(server.client, sweepId);
const handle = (sweepId: string) => server.client.workflow.getHandle(sweepId);
const end = (sweepId: string): Promise<unknown> => handle(sweepId).result();
const until = async (happened: () => boolean): Promise<void> => {
  while (!happened()) await pause(20);
};

describe('a sweep', () => {
  it('starts each run once, in order, never more at once than it allows, over many executions', async () => {
    const sweep = new FakeSweep(70, { inFlight: 3, onStart: () => pause(10) });
    await withWorkers(sweep, async (sweepId) => {
      await wake(sweepId);
      const { runId: first } = await handle(sweepId).describe();
      await end(sweepId);
      const last = await handle(sweepId).describe();
      expect(last.runId).not.toBe(first);
      expect(sweep.begun).toHaveLength(70);
      expect(new Set(sweep.begun).size).toBe(70);
      expect([...sweep.runs.values()].every((status) => status === 'succeeded')).toBe(true);
      expect(sweep.mostUnderWay).toBe(3);
      // The first execution suggested a new one at 150 events; what was under way then still had to end.
      const { history } = await server.client.workflowService.getWorkflowExecutionHistory({
        namespace: server.namespace ?? 'default',
        execution: { workflowId: sweepId, runId: first },
      });
      expect(history?.events?.length).toBeLessThan(EVENTS_PER_EXECUTION + 60);
    });
  });

  it('goes on after runs that fail', async () => {
    const sweep = new FakeSweep(4, {
      inFlight: 2,
      onStart: (runId) => (/[02]$/.test(runId) ? fails('invalid-input', 1) : undefined),
    });
    await withWorkers(sweep, async (sweepId) => {
      await wake(sweepId);
      await end(sweepId);
      expect([...sweep.runs.values()]).toEqual(['failed', 'succeeded', 'failed', 'succeeded']);
    });
  });

  it('starts nothing while it is paused, and the rest once it goes on', async () => {
    const sweep = new FakeSweep(12, { inFlight: 2, onStart: () => pause(100) });
    await withWorkers(sweep, async (sweepId) => {
      await wake(sweepId);
      await until(() => sweep.ended >= 2);
      sweep.state = 'paused';
      await wake(sweepId);
      await end(sweepId);
      const { length } = sweep.begun;
      expect(length).toBeLessThan(12);
      expect(sweep.ended).toBe(length); // what was under way has ended
      await pause(300);
      expect(sweep.begun).toHaveLength(length);
      sweep.state = 'active';
      await wake(sweepId);
      await end(sweepId);
      expect(sweep.ended).toBe(12);
      expect(new Set(sweep.begun).size).toBe(sweep.begun.length);
    });
  });

  it('takes up what is appended, under way and after its end', async () => {
    const sweep = new FakeSweep(2, { inFlight: 2, onStart: () => pause(100) });
    await withWorkers(sweep, async (sweepId) => {
      await wake(sweepId);
      await until(() => sweep.begun.length > 0);
      sweep.append(2);
      await wake(sweepId);
      await end(sweepId);
      expect(sweep.ended).toBe(4);
      sweep.append(1);
      await Promise.all([wake(sweepId), wake(sweepId), wake(sweepId)]);
      await end(sweepId);
      expect(sweep.begun).toHaveLength(5);
    });
  });

  it('that is cancelled cancels what is under way, and starts no more', async () => {
    const sweep = new FakeSweep(6, { inFlight: 2, onStart: waitsForCancel });
    await withWorkers(sweep, async (sweepId) => {
      await wake(sweepId);
      await until(() => sweep.begun.length === 2);
      sweep.state = 'cancelled';
      await wake(sweepId);
      await end(sweepId);
      expect([...sweep.runs.values()]).toEqual(['cancelled', 'cancelled', 'open', 'open', 'open', 'open']);
    });
  });

  it('does not start again what an execution before it, ended from outside, has under way', async () => {
    const sweep = new FakeSweep(3, { inFlight: 3, onStart: () => pause(1_500) });
    await withWorkers(sweep, async (sweepId) => {
      await wake(sweepId);
      await until(() => sweep.begun.length === 3);
      await handle(sweepId).terminate();
      await wake(sweepId);
      await end(sweepId);
      expect(sweep.begun).toHaveLength(3);
      expect(sweep.ended).toBe(3);
    });
  });

  it('is overtaken by a run on its own', async () => {
    const sweep = new FakeSweep(20, { inFlight: 15, onStart: () => pause(100) });
    const alone = randomUUID();
    await withWorkers(
      sweep,
      async (sweepId) => {
        await wake(sweepId);
        await until(() => sweep.begun.length === 2);
        await startRun(server.client, { runId: alone, device: 'cpu' });
        await handle(alone).result();
        // A dozen of the sweep's runs waited in the queue before it came.
        expect(sweep.begun.indexOf(alone)).toBeLessThan(8);
        await end(sweepId);
        expect(sweep.ended).toBe(20);
      },
      1,
    );
  });
});
