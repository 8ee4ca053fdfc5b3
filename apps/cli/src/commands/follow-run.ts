import { PatchbayError, type RunEvent, type RunView } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print } from '../output/print.js';
import { showProgress } from '../output/show-progress.js';

/** Shows a run's progress for people until it has ended. @returns the run as it ended */
export async function watchRun(api: ApiClient, run: RunView, signal: AbortSignal): Promise<RunView> {
  return showProgress(`Run ${run.id}`, async ({ update, tell }) => {
    for await (const { event } of api.events(run.id, signal)) {
      if (event.type === 'progress') update(event.progress);
      if (event.type === 'note') tell(event.message);
    }
    return api.run(run.id);
  });
}

/** Prints a run's events for programs, one JSON object a line, and at last the run itself. */
export async function printRun(api: ApiClient, run: RunView): Promise<RunView> {
  const line = (value: { event: RunEvent } | { run: RunView }) => {
    print(JSON.stringify(value));
  };
  line({ run });
  for await (const event of api.events(run.id)) line({ event });
  const ended = await api.run(run.id);
  line({ run: ended });
  return ended;
}

/** @throws PatchbayError what the run failed with, or `cancelled` */
export function assertSucceeded(run: RunView): void {
  if (run.status === 'succeeded') return;
  if (run.status === 'cancelled') throw new PatchbayError('cancelled', 'The run was cancelled.', 'Submit it again.');
  const { message, action } = run.error ?? { message: `The run is ${run.status}.`, action: `patchbay runs ${run.id}` };
  throw new PatchbayError('internal', message, action);
}
