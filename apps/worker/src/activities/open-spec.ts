import { isFinal, PatchbayError, type RunView } from '@patchbay/contracts';
import type { ExperimentSpec } from '@patchbay/methods';
import type { Store } from '@patchbay/store';

/**
 * What the compute child needs to know of a run, registered names resolved.
 * @throws PatchbayError `conflict` for a run that has ended, for instance by being cancelled before it started
 */
export async function openSpec(store: Store, run: RunView): Promise<ExperimentSpec> {
  if (isFinal(run.status)) {
    throw new PatchbayError('conflict', `The run has ended already (${run.status}).`, 'Submit it again.');
  }
  const { request } = run;
  const [modelSource, taskJsonl, circuitText] = await Promise.all([
    store.models.source(request.model),
    store.tasks.jsonl(request.task),
    request.circuit === undefined ? undefined : store.circuits.text(request.circuit),
  ]);
  return { request, modelSource: modelSource ?? request.model, taskJsonl, circuitText };
}
