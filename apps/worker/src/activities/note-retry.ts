import { log } from '@patchbay/contracts/log';
import type { Store } from '@patchbay/store';
import type { Attempt } from '../supervised.js';

/** Tells in the run's history that something is tried again. */
export async function noteRetry(store: Store, runId: string, what: string, attempt: Attempt): Promise<void> {
  if (attempt.number === 1) return;
  log('warn', `${what} is tried again`, { runId, attempt: attempt.number });
  await store.events.append(runId, { type: 'note', message: `${what} is tried again (attempt ${attempt.number})` });
}
