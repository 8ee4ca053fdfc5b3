import type { SweepActivities } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { supervised } from '../supervised.js';

/** What a sweep's workflow may start next, as the record has it. */
export const nextRuns = ({ store }: Pick<WorkerParts, 'store'>): SweepActivities['nextRuns'] =>
  supervised(({ sweepId, except, limit }) => store.sweeps.nextRuns(sweepId, except, limit));
