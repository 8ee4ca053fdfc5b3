import type { Settings } from '@patchbay/contracts/settings';
import { cancelRun, connectTemporal, ping, startRun } from '@patchbay/workflows';
import type { Scheduler } from './parts.js';

/**
 * Connects to Temporal.
 * @throws PatchbayError `unavailable` naming the address when it does not answer
 */
export async function openScheduler(
  settings: Settings['temporal'],
  address: string,
): Promise<Scheduler & { close(): Promise<void> }> {
  const client = await connectTemporal(settings, address);
  return {
    start: (run) => startRun(client, run),
    cancel: async (runId) => void (await cancelRun(client, runId)),
    ping: () => ping(client),
    close: () => client.connection.close(),
  };
}
