import { type Device, deviceSchema, PatchbayError, unavailable } from '@patchbay/contracts';
import {
  type Client,
  Connection,
  type ConnectionLike,
  isGrpcDeadlineError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { CodeInput, RunInput, SweepInput } from './activities.js';
import { temporalError } from './connect-temporal.js';
import {
  CODE_WORKFLOW,
  codeWorkflowId,
  computeQueue,
  CONTROL_QUEUE,
  RUN_WORKFLOW,
  servedBy,
  SWEEP_CHANGED,
  SWEEP_WORKFLOW,
} from './names.js';
import { failureReport } from './workflows/failure-report.js';

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
  await startOnce(client, RUN_WORKFLOW, {
    workflowId: run.runId,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  });
}

/** Work that nobody has come back for by then is dropped. */
const CODING_ENDS_AFTER = '1 hour';

/**
 * Has prompts coded with the autoencoder of a run, and waits for it. Prompts that are being coded, or were, are not coded
 * again.
 * @returns SHA-256 of the codes' artifact
 * @throws PatchbayError what the work failed with; `unavailable` when Temporal does not answer, or the work is not done
 *   within `waitMs`: it goes on, and asking again goes on waiting
 */
export async function codePrompts(client: Client, input: CodeInput, device: Device, waitMs: number): Promise<string> {
  const workflowId = codeWorkflowId(input);
  await startOnce(client, CODE_WORKFLOW, {
    workflowId,
    args: [input, device],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowExecutionTimeout: CODING_ENDS_AFTER,
  });
  const result = (): Promise<string> => client.workflow.getHandle<() => Promise<string>>(workflowId).result();
  try {
    return await client.connection.withDeadline(Date.now() + waitMs, result);
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw PatchbayError.from(failureReport(error.cause));
    if (!isGrpcDeadlineError(error)) throw temporalError(error, addressOf(client));
    throw unavailable(
      `The prompts are not coded after ${waitMs / 1000} s: the workers are busy with other work.`,
      'Ask again with the same prompts: their place in the queue is kept.',
      { cause: error },
    );
  }
}

/** Starts a workflow under its id; nothing where there is one already, or was one that may not be done again. */
async function startOnce(
  client: Client,
  workflow: string,
  options: Omit<WorkflowStartOptions, 'taskQueue' | 'workflowIdConflictPolicy'>,
): Promise<void> {
  try {
    await call(client, () =>
      client.workflow.start(workflow, {
        ...options,
        taskQueue: CONTROL_QUEUE,
        workflowIdConflictPolicy: 'USE_EXISTING',
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

/**
 * Has a sweep's workflow look at what the record says of it; one that has ended, or has not begun, starts.
 * @throws PatchbayError `unavailable` when Temporal does not answer
 */
export async function wakeSweep(client: Client, sweepId: string): Promise<void> {
  const input: SweepInput = { sweepId };
  await call(client, () =>
    client.workflow.signalWithStart(SWEEP_WORKFLOW, {
      workflowId: sweepId,
      taskQueue: CONTROL_QUEUE,
      args: [input],
      signal: SWEEP_CHANGED,
    }),
  );
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

/** Tasks that wait in a queue because no worker had a slot for them. */
export interface QueueBacklog {
  queue: string;
  /** about how many */
  tasks: number;
  /** about how long the oldest has waited */
  oldestSeconds: number;
}

type TaskKind = NonNullable<Parameters<ConnectionLike['workflowService']['describeTaskQueue']>[0]['taskQueueType']>;
/** Temporal's numbers for what a queue's tasks are; the client's package has no names for them. */
const WORKFLOW_TASKS = 1 as unknown as TaskKind;
const ACTIVITY_TASKS = 2 as unknown as TaskKind;

/**
 * What waits in the queue of workflows and in the compute queue of each device.
 * @throws PatchbayError `unavailable` when Temporal does not answer
 */
export async function queueBacklogs(client: Client): Promise<QueueBacklog[]> {
  const asked = [
    { name: CONTROL_QUEUE, taskQueueType: WORKFLOW_TASKS },
    ...deviceSchema.options.map((device) => ({ name: computeQueue(device), taskQueueType: ACTIVITY_TASKS })),
  ];
  const namespaced = { namespace: client.options.namespace, reportStats: true };
  return Promise.all(
    asked.map(async ({ name, ...kind }) => {
      const { stats } = await call(client, ({ workflowService }) =>
        workflowService.describeTaskQueue({ ...namespaced, taskQueue: { name }, ...kind }),
      );
      const age = stats?.approximateBacklogAge;
      return {
        queue: name,
        tasks: Number(stats?.approximateBacklogCount ?? 0),
        oldestSeconds: Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9,
      };
    }),
  );
}

async function call<T>(client: Client, work: (connection: ConnectionLike) => Promise<T>): Promise<T> {
  const { connection } = client;
  try {
    return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => work(connection));
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError) throw error;
    throw temporalError(error, addressOf(client));
  }
}

const addressOf = ({ connection }: Client): string =>
  connection instanceof Connection ? connection.options.address : 'its address';
