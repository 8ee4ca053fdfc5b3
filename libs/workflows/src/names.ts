import type { Device } from '@patchbay/contracts';
import type { CodeInput } from './activities.js';

// Workflow code imports this file: it stays free of everything but plain values.

/** Task queue of the workflows and of the light activities that only touch the database. */
export const CONTROL_QUEUE = 'patchbay-control';

/** Task queue of the activities that compute on one kind of device. */
export const computeQueue = (device: Device): string => `patchbay-compute-${device}`;

const SERVES = ' serves ';
/**
 * What a worker calls itself on the control queue, which every worker polls at all times; a compute queue is not polled
 * while all slots are busy.
 * @param process names the process among others, for instance `1234@host`
 */
export const workerIdentity = (process: string, device: Device): string => `${process}${SERVES}${device}`;
/** The device that an identity speaks of, as it was written. */
export const servedBy = (identity: string): string | undefined => identity.split(SERVES)[1];

/** Workflow type of a run; its workflow id is the run id. */
export const RUN_WORKFLOW = 'runExperiment';

/** Workflow type of coding prompts with a run's autoencoder. */
export const CODE_WORKFLOW = 'codePrompts';
/** The same prompts under the same autoencoder are one piece of work. */
export const codeWorkflowId = ({ runId, file, prompts }: CodeInput): string => `codes-${runId}-${file}-${prompts}`;

/** Workflow type of a sweep; its workflow id is the sweep's id. */
export const SWEEP_WORKFLOW = 'runSweep';
/** The signal that tells a sweep's workflow to look at its row again. */
export const SWEEP_CHANGED = 'sweepChanged';
/** Of 1 to 5, where less comes first and a run on its own has 3: people who wait for one run come before sweeps. */
export const SWEEP_PRIORITY = 4;

/** How long a compute activity may be silent before Temporal gives its work to another worker. */
export const HEARTBEAT_TIMEOUT_SECONDS = 10;
