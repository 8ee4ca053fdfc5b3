import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 50;

/** Asks again and again until the answer is yes; rejects with the signal's reason when it aborts. */
export async function until(condition: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await condition())) {
    signal.throwIfAborted();
    await sleep(PAUSE_MS);
  }
}
