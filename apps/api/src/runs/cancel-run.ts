import { isFinal, PatchbayError, type RunView } from '@patchbay/contracts';
import { log } from '@patchbay/contracts/log';
import type { ApiParts } from '../parts.js';

/**
 * Asks a run to stop. One that no worker has begun is cancelled here and now; a running one is stopped by its workflow,
 * which kills the computation and records the end. Cancelling twice is cancelling once.
 * @throws PatchbayError `not-found`; `conflict` when the run has ended otherwise; `unavailable` without Temporal
 */
export async function cancelRun(
  id: string,
  { store, scheduler }: Pick<ApiParts, 'store' | 'scheduler'>,
): Promise<RunView> {
  const run = await store.runs.get(id);
  if (run.status === 'cancelled') return run;
  if (isFinal(run.status)) {
    throw new PatchbayError('conflict', `The run has ${run.status} already.`, 'There is nothing left to cancel.');
  }
  if (run.status === 'queued') await store.runs.cancel(id);
  try {
    await scheduler.cancel(id);
  } catch (error) {
    // A workflow of a run that is recorded as ended finds nothing to do; only a running one must be reached.
    if (run.status === 'running') throw error;
    log('error', 'The run is cancelled, but its workflow could not be told', { runId: id, error });
  }
  return store.runs.get(id);
}
