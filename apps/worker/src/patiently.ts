import { setTimeout as sleep } from 'node:timers/promises';
import { PatchbayError } from '@patchbay/contracts';
import { log } from '@patchbay/contracts/log';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Calls the store, and waits for it while it is away: a computed unit is worth more than the time. The activity's
 * heartbeats go on meanwhile, and its abort ends the wait.
 */
export async function patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof PatchbayError) || error.kind !== 'unavailable') throw error;
      log('warn', `${error.message} Trying again in ${wait / 1000} s.`);
      await sleep(wait, undefined, { signal });
    }
  }
}
