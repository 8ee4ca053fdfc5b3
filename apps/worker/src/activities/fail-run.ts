import { log } from '@patchbay/contracts/log';
import type { ControlActivities } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { supervised } from '../supervised.js';

/** → failed, with what went wrong. */
export const failRun = ({ store, board }: Pick<WorkerParts, 'store' | 'board'>): ControlActivities['failRun'] =>
  supervised(async ({ runId, error }) => {
    await store.runs.fail(runId, error);
    board.forget(runId);
    log('warn', 'The run has failed', { runId, kind: error.kind, reason: error.message });
  });
