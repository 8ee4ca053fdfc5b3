// Scope: the run workflow on a real Temporal server, with activities that compute nothing. What activities store and
// compute is asserted in apps/worker. Needs the built package with its workflow bundle.
import { randomUUID } from 'node:crypto';
import { CancelledFailure } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeInput } from './activities.js';
import { cancelRun, codePrompts, ping, queueBacklogs, servedDevices, startRun } from './client.js';
import { connectTemporal } from './connect-temporal.js';
import { computeQueue, CONTROL_QUEUE, workerIdentity } from './names.js';
import { fakeActivities, type FakeRun, fails, type Recorded, waitsForCancel } from './testing/fake-activities.js';
import { codePath, serveWhile, startServer } from './testing/workflow-server.js';

/** So few events that a run of some dozen units has to go on in a new execution. */
const EVENTS_PER_EXECUTION = 100;

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startServer(EVENTS_PER_EXECUTION);
});
afterAll(() => server.teardown());

/** Serves both queues with fake activities while `during` runs. */
async function withWorkers(run: FakeRun, during: (runId: string, recorded: Recorded) => Promise<void>): Promise<void> {
  const { recorded, ...activities } = fakeActivities(run);
  await serveWhile(server, activities, (runId) => during(runId, recorded));
}

const start = (runId: string): Promise<void> => startRun(server.client, { runId, device: 'cpu' });
const end = (runId: string): Promise<unknown> =>
  server.client.workflow
    .getHandle(runId)
    .result()
    .catch((error: unknown) => error);
const statusOf = async (runId: string): Promise<string> =>
  (await server.client.workflow.getHandle(runId).describe()).status.name;

const until = async (happened: () => boolean): Promise<void> => {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 20));
};
describe('a run', () => {
  it('folds round after round, two units in flight, and adds up what it used', async () => {
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
    await withWorkers({ rounds: [4, 2], onUnit: pause }, async (runId, recorded) => {
      await start(runId);
      expect(await end(runId)).toBeUndefined();
      const { calls } = recorded;
      expect(calls.slice(0, 4).sort()).toEqual(['unit [0,0]', 'unit [0,1]', 'unit [0,2]', 'unit [0,3]']);
      expect(calls[4]).toBe('fold 0');
      expect(calls.slice(5, 7).sort()).toEqual(['unit [1,0]', 'unit [1,1]']);
      expect(calls.slice(7)).toEqual([
        'fold 1',
        'finish {"round":2,"spent":{"loadSeconds":2,"computeSeconds":7,"peakBytes":111}}',
      ]);
      expect(recorded.mostInFlight).toBe(2);
    });
  });

  it('without units goes straight to its result', async () => {
    await withWorkers({ rounds: [] }, async (runId, recorded) => {
      await start(runId);
      await end(runId);
      expect(recorded.calls).toEqual([
        'finish {"round":0,"spent":{"loadSeconds":2,"computeSeconds":0,"peakBytes":100}}',
      ]);
    });
  });

  it('goes on in a new execution when its history grows long, and computes no unit twice', async () => {
    await withWorkers({ rounds: [70, 3] }, async (runId, recorded) => {
      await start(runId);
      const { runId: first } = await server.client.workflow.getHandle(runId).describe();
      expect(await end(runId)).toBeUndefined();
      expect((await server.client.workflow.getHandle(runId).describe()).runId).not.toBe(first);
      expect(recorded.calls.filter((call) => call.startsWith('unit'))).toHaveLength(73);
      expect(new Set(recorded.calls).size).toBe(recorded.calls.length);
      expect(recorded.calls.at(-1)).toContain('"computeSeconds":74');
    });
  });
});

describe('a failure', () => {
  it('of the user ends the run at once with its report, and stops what else is in flight', async () => {
    let waiting = 0;
    const onUnit = async ({ unit }: { unit: number }, attempt: number): Promise<void> => {
      if (unit === 1) {
        await until(() => waiting > 0);
        return fails('invalid-input', attempt);
      }
      waiting += 1;
      return waitsForCancel();
    };
    await withWorkers({ rounds: [5], onUnit }, async (runId, recorded) => {
      await start(runId);
      await end(runId);
      expect(recorded.calls.slice(0, 2).sort()).toEqual(['unit [0,0]', 'unit [0,1]']);
      expect(recorded.calls.slice(2)).toEqual([
        'fail {"kind":"invalid-input","message":"It is invalid-input.","action":"Do something."}',
      ]);
      expect(recorded.inFlight).toBe(0);
      expect(await statusOf(runId)).toBe('FAILED');
    });
  });

  it('that can pass is tried again', async () => {
    const onUnit = (_input: unknown, attempt: number): Promise<void> | undefined =>
      attempt === 1 ? fails('unavailable', attempt) : undefined;
    await withWorkers({ rounds: [1], onUnit }, async (runId, recorded) => {
      await start(runId);
      await end(runId);
      expect(recorded.calls.slice(0, 3)).toEqual(['unit [0,0]', 'unit [0,0]', 'fold 0']);
    });
  });

  it('of memory is tried once more', async () => {
    const onUnit = (_input: unknown, attempt: number): Promise<void> => fails('out-of-memory', attempt);
    await withWorkers({ rounds: [1], onUnit }, async (runId, recorded) => {
      await start(runId);
      await end(runId);
      expect(recorded.calls.slice(0, 2)).toEqual(['unit [0,0]', 'unit [0,0]']);
      expect(recorded.calls.slice(2)).toEqual([expect.stringContaining('fail {"kind":"out-of-memory"')]);
    });
  });
});

describe('a cancellation', () => {
  it('reaches the units in flight and is recorded once they have ended', async () => {
    let stopped = 0;
    const onUnit = (): Promise<void> =>
      waitsForCancel().catch(async (error: unknown) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        stopped += 1;
        throw error instanceof CancelledFailure ? error : new Error('ended otherwise');
      });
    await withWorkers({ rounds: [5], onUnit }, async (runId, recorded) => {
      await start(runId);
      await until(() => recorded.inFlight === 2);
      expect(await cancelRun(server.client, runId)).toBe(true);
      await end(runId);
      expect(recorded.calls.slice(2)).toEqual(['cancel null']);
      expect(stopped).toBe(2);
      expect(await statusOf(runId)).toBe('CANCELLED');
    });
  });

  it('of a run that no worker has taken up is recorded too', async () => {
    const runId = randomUUID();
    await start(runId);
    await cancelRun(server.client, runId);
    const { recorded, ...activities } = fakeActivities({ rounds: [1] });
    const options = { connection: server.nativeConnection, activities, workflowBundle: { codePath } };
    const control = await Worker.create({ ...options, taskQueue: CONTROL_QUEUE });
    await control.runUntil(end(runId));
    expect(recorded.calls).toEqual(['cancel null']);
  });

  it('of a run that has no workflow finds nobody', async () => {
    expect(await cancelRun(server.client, randomUUID())).toBe(false);
  });
});

describe('prompts', () => {
  const input = () => ({ runId: randomUUID(), file: 'autoencoder-0.safetensors', prompts: 'abc' });
  const code = (prompts: CodeInput, waitMs = 60_000) => codePrompts(server.client, prompts, 'cpu', waitMs);

  it('are coded once, however often they are asked for, also afterwards', async () => {
    await withWorkers({ rounds: [] }, async (_, recorded) => {
      const prompts = input();
      expect(await Promise.all([code(prompts), code(prompts)])).toEqual(['codes of abc', 'codes of abc']);
      expect(await code(prompts)).toBe('codes of abc');
      expect(await code({ ...prompts, prompts: 'def' })).toBe('codes of def');
      expect(recorded.calls).toEqual(['code "abc"', 'code "def"']);
    });
  });

  it('that are wrong are refused with the report, each time they are asked for', async () => {
    await withWorkers({ rounds: [], onCode: (attempt) => fails('invalid-input', attempt) }, async (_, recorded) => {
      const prompts = input();
      const refused = { kind: 'invalid-input', message: 'It is invalid-input.', action: 'Do something.' };
      await expect(code(prompts)).rejects.toMatchObject(refused);
      await expect(code(prompts)).rejects.toMatchObject(refused);
      expect(recorded.calls).toHaveLength(2);
    });
  });

  it('that no worker has come to keep their place', async () => {
    const prompts = input();
    await expect(code(prompts, 500)).rejects.toMatchObject({ kind: 'unavailable', message: /not coded after 0.5 s/ });
    await withWorkers({ rounds: [] }, async () => {
      expect(await code(prompts)).toBe('codes of abc');
    });
  });
});

describe('the client', () => {
  it('starts a run once, however often it is asked, also after its end', async () => {
    await withWorkers({ rounds: [2] }, async (runId, recorded) => {
      await Promise.all([start(runId), start(runId), start(runId)]);
      await end(runId);
      await start(runId);
      expect(recorded.calls).toHaveLength(4);
      expect(await statusOf(runId)).toBe('COMPLETED');
    });
  });

  const settings = { namespace: 'default', apiKey: undefined, tls: false, certPath: undefined, keyPath: undefined };

  it('connects and pings', async () => {
    const client = await connectTemporal({ ...settings, address: undefined }, server.address);
    await ping(client);
    await client.connection.close();
  });

  it('names the address where nobody answers', async () => {
    const away = connectTemporal({ ...settings, address: undefined }, '127.0.0.1:9');
    await expect(away).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('127.0.0.1:9') });
  });

  it('names the namespace that does not exist', async () => {
    const client = await connectTemporal({ ...settings, namespace: 'nowhere', address: undefined }, server.address);
    await expect(startRun(client, { runId: randomUUID(), device: 'cpu' })).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('nowhere'),
    });
    await client.connection.close();
  });

  it('names the certificate that cannot be read', async () => {
    const withCertificate = { ...settings, address: undefined, certPath: '/none.pem', keyPath: '/none.key' };
    await expect(connectTemporal(withCertificate, server.address)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('TEMPORAL_TLS_CERT'),
    });
  });
});

describe('the devices that are served', () => {
  it('are those of the workers that ask for work', async () => {
    const shared = { connection: server.nativeConnection, taskQueue: CONTROL_QUEUE, workflowBundle: { codePath } };
    expect(await servedDevices(server.client)).toEqual([]);
    for (const device of ['cuda', 'webgpu'] as const) {
      const worker = await Worker.create({ ...shared, identity: workerIdentity('1@host', device) });
      await worker.runUntil(async () => {
        await expect.poll(() => servedDevices(server.client), { timeout: 10_000 }).toContain(device);
      });
    }
  });
});

describe('what waits in the queues', () => {
  it('is counted, queue by queue, until a worker takes it', async () => {
    const waiting = async () =>
      Object.fromEntries((await queueBacklogs(server.client)).map(({ queue, tasks }) => [queue, tasks]));
    expect(await waiting()).toMatchObject({ [CONTROL_QUEUE]: 0, [computeQueue('cpu')]: 0, [computeQueue('cuda')]: 0 });
    const runId = randomUUID();
    await start(runId);
    await expect.poll(waiting, { timeout: 10_000 }).toMatchObject({ [CONTROL_QUEUE]: 1 });
    await cancelRun(server.client, runId);
    await withWorkers({ rounds: [1] }, () => end(runId).then(() => undefined));
    await expect.poll(waiting, { timeout: 10_000 }).toMatchObject({ [CONTROL_QUEUE]: 0 });
  });
});
