import { log } from '@patchbay/contracts/log';
import type { ControlActivities } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { supervised } from '../supervised.js';

/** → cancelled; nothing computes for the run any more. */
export const cancelRun = ({ store, board }: Pick<WorkerParts, 'store' | 'board'>): ControlActivities['cancelRun'] =>
  supervised(async ({ runId }) => {
    await store.runs.cancel(runId);
    board.forget(runId);
    log('info', 'The run is cancelled', { runId });
  });
