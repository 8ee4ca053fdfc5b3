import { type Device, deviceSchema } from '@patchbay/contracts';
import {
  type Client,
  Connection,
  type ConnectionLike,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { RunInput } from './activities.js';
import { temporalError } from './connect-temporal.js';
import { CONTROL_QUEUE, RUN_WORKFLOW, servedBy } from './names.js';

/** A worker asks for work at least once a minute; the server remembers those that have stopped for some minutes more. */
const POLLER_LIFE_MS = 90_000;

/** A call that takes longer is reported as `unavailable`. */
const CALL_TIMEOUT_MS = 5_000;

/**
 * Starts a run's workflow under the run's id. Starting it twice is one run, also after it has ended.
 * @throws PatchbayError `unavailable` when Temporal does not answer
 */
export async function startRun(client: Client, run: { runId: string; device: Device }): Promise<void> {
  const input: RunInput = { runId: run.runId, device: run.device };
  try {
    await call(client, () =>
      client.workflow.start(RUN_WORKFLOW, {
        workflowId: run.runId,
        taskQueue: CONTROL_QUEUE,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/**
 * Asks a run's workflow to stop.
 * @returns whether there was one to ask: false for a run that has not started or has ended
 * @throws PatchbayError `unavailable` when Temporal does not answer
 */
export async function cancelRun(client: Client, runId: string): Promise<boolean> {
  try {
    await call(client, () => client.workflow.getHandle(runId).cancel());
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** @throws PatchbayError `unavailable` when Temporal does not answer */
export async function ping(client: Client): Promise<void> {
  await call(client, (connection) => connection.workflowService.getSystemInfo({}));
}

/**
 * Devices that some worker serves now.
 * @throws PatchbayError `unavailable` when Temporal does not answer
 */
export async function servedDevices(client: Client): Promise<Device[]> {
  const { pollers } = await call(client, (connection) =>
    connection.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: CONTROL_QUEUE },
    }),
  );
  const since = Date.now() / 1000 - POLLER_LIFE_MS / 1000;
  const present = pollers.filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) >= since);
  const served = new Set(present.map(({ identity }) => servedBy(identity ?? '')));
  return deviceSchema.options.filter((device) => served.has(device));
}

async function call<T>(client: Client, work: (connection: ConnectionLike) => Promise<T>): Promise<T> {
  const { connection } = client;
  try {
    return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => work(connection));
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError) throw error;
    throw temporalError(error, connection instanceof Connection ? connection.options.address : 'its address');
  }
}
