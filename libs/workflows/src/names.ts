import type { Device } from '@patchbay/contracts';

// Workflow code imports this file: it stays free of everything but plain values.

/** Task queue of the workflows and of the light activities that only touch the database. */
export const CONTROL_QUEUE = 'patchbay-control';

/** Task queue of the activities that compute on one kind of device. */
export const computeQueue = (device: Device): string => `patchbay-compute-${device}`;

/** Workflow type of a run; its workflow id is the run id. */
export const RUN_WORKFLOW = 'runExperiment';

/** How long a compute activity may be silent before Temporal gives its work to another worker. */
export const HEARTBEAT_TIMEOUT_SECONDS = 10;
