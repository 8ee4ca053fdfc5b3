import type { Settings } from '@patchbay/contracts/settings';
import {
  cancelRun,
  codePrompts,
  connectTemporal,
  ping,
  queueBacklogs,
  servedDevices,
  startRun,
  wakeSweep,
} from '@patchbay/workflows';
import type { Scheduler } from './parts.js';

/** How long an answer with codes is waited for. */
const CODING_WAIT_MS = 60_000;

/**
 * Connects to Temporal.
 * @throws PatchbayError `unavailable` naming the address when it does not answer
 */
export async function openScheduler(
  settings: Settings['temporal'],
  address: string,
): Promise<Scheduler & { close(): Promise<void> }> {
  const client = await connectTemporal(settings, address);
  const underWay = new Set<Promise<unknown>>();
  const call = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  return {
    start: (run) => call(startRun(client, run)),
    cancel: async (runId) => {
      await call(cancelRun(client, runId));
    },
    code: (input, device) => call(codePrompts(client, input, device, CODING_WAIT_MS)),
    wakeSweep: (sweepId) => call(wakeSweep(client, sweepId)),
    ping: () => call(ping(client)),
    servedDevices: () => call(servedDevices(client)),
    queueBacklogs: () => call(queueBacklogs(client)),
    async close() {
      // A call that the client is about to try again would throw in a timer of its own on a closed connection.
      await Promise.allSettled(underWay);
      await client.connection.close();
    },
  };
}
