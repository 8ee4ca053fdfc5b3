import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Device, invalidInput } from '@patchbay/contracts';
import type { Settings } from '@patchbay/contracts/settings';
import { openStore } from '@patchbay/store';
import {
  computeQueue,
  CONTROL_QUEUE,
  temporalEndpoint,
  temporalError,
  workerIdentity,
  workflowBundlePath,
} from '@patchbay/workflows';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { computeActivities, controlActivities } from './activities/activities.js';
import { ComputePool } from './compute-pool.js';
import { ProgressBoard } from './progress-board.js';

export interface WorkerOptions {
  settings: Settings;
  /** execution provider whose queue this worker serves */
  device: Device;
  /** compute children, each with one activity at a time */
  slots: number;
  /** called once both workers poll */
  onReady: () => void;
  /** the compute children's program; default: the experiments of @patchbay/methods */
  computeEntry?: string;
}

/** How long activities may go on after a stop signal before they are interrupted. */
const SHUTDOWN_GRACE_MS = 2_000;
/** How long they then may take to end: a compute child is killed within one second. */
const SHUTDOWN_FORCE_MS = 5_000;

/** A device that has not computed 1 + 1 by then does not start. */
const PROBE_MS = 60_000;

/**
 * Serves workflows, control activities and the compute activities of one device until SIGTERM or SIGINT. While
 * Temporal or Postgres is away, it tries again until they are back.
 * @throws PatchbayError `unavailable` or `invalid-input` when it, or its device, cannot start
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { settings } = options;
  const databaseUrl = needed('DATABASE_URL', settings.databaseUrl);
  const address = needed('TEMPORAL_ADDRESS', settings.temporal.address);
  const artifactsUrl = settings.artifactsUrl ?? pathToFileURL(join(settings.home, 'artifacts')).href;

  Runtime.install({ logger: new DefaultLogger('WARN') });
  const store = await openStore({ databaseUrl, artifactsUrl });
  try {
    await store.ping();
    const connection = await connect(settings.temporal, address);
    const pool = new ComputePool(options.slots, {
      entry: options.computeEntry ?? fileURLToPath(new URL('./compute-child.js', import.meta.url)),
      args: [settings.home, String(options.slots)],
    });
    try {
      // A worker whose device cannot start takes no work for it.
      await pool.compute('probe', { device: options.device }, { signal: AbortSignal.timeout(PROBE_MS) });
      const parts = { store, pool, board: new ProgressBoard(store) };
      const workers = await createWorkers(connection, settings.temporal.namespace, options, parts);
      await serve(workers, options.onReady);
    } finally {
      await pool.close();
      await connection.close();
    }
  } finally {
    await store.close();
  }
}

function needed(variable: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw invalidInput(`${variable} is not set.`, `Set ${variable}, or start everything with \`patchbay up\`.`);
}

async function connect(settings: Settings['temporal'], address: string): Promise<NativeConnection> {
  try {
    const connection = await NativeConnection.connect(temporalEndpoint(settings, address));
    await connection.workflowService.describeNamespace({ namespace: settings.namespace });
    return connection;
  } catch (error) {
    throw temporalError(error, address);
  }
}

async function createWorkers(
  connection: NativeConnection,
  namespace: string,
  { device, slots }: WorkerOptions,
  parts: Parameters<typeof computeActivities>[0],
): Promise<Worker[]> {
  const shared = {
    connection,
    namespace,
    identity: workerIdentity(`${process.pid}@${hostname()}`, device),
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    shutdownForceTime: SHUTDOWN_GRACE_MS + SHUTDOWN_FORCE_MS,
  };
  const control = await Worker.create({
    ...shared,
    taskQueue: CONTROL_QUEUE,
    workflowBundle: { codePath: workflowBundlePath },
    activities: controlActivities(parts),
    maxConcurrentActivityTaskExecutions: 10,
  });
  const compute = await Worker.create({
    ...shared,
    taskQueue: computeQueue(device),
    activities: computeActivities(parts),
    maxConcurrentActivityTaskExecutions: slots,
    // A cancellation comes back with a heartbeat, so heartbeats are sent as often as they are made.
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
  });
  return [control, compute];
}

/** Runs the workers until a signal stops them; if one of them fails, the others stop too. */
async function serve(workers: readonly Worker[], onReady: () => void): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  onReady();
  try {
    await Promise.all(runs);
  } catch (error) {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(runs);
    throw error;
  }
}
