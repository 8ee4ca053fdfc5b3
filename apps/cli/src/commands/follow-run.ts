import { PatchbayError, type RunEvent, type RunView } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print } from '../output/print.js';
import { showProgress } from '../output/show-progress.js';

/** Shows a run's progress for people until it has ended. @returns the run as it ended */
export async function watchRun(api: ApiClient, run: RunView, signal?: AbortSignal): Promise<RunView> {
  return showProgress(`Run ${run.id}`, async (update) => {
    for await (const { event } of api.events(run.id)) {
      if (event.type === 'progress') update(event.progress);
      signal?.throwIfAborted();
    }
    return api.run(run.id);
  });
}

/** Prints a run's events for programs, one JSON object a line, and at last the run itself. */
export async function printRun(api: ApiClient, run: RunView): Promise<RunView> {
  const line = (value: { event: RunEvent } | { run: RunView }) => print(JSON.stringify(value));
  line({ run });
  for await (const event of api.events(run.id)) line({ event });
  const ended = await api.run(run.id);
  line({ run: ended });
  return ended;
}

/** @throws PatchbayError what the run failed with, or that it was cancelled */
export function assertSucceeded(run: RunView): void {
  if (run.status === 'succeeded') return;
  if (run.error) throw new PatchbayError('internal', run.error.message, run.error.action);
  throw new PatchbayError('conflict', `The run is ${run.status}.`, `Look at it with: patchbay runs ${run.id}`);
}
