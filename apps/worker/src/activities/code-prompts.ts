import { PatchbayError } from '@patchbay/contracts';
import type { CodePromptsRequest } from '@patchbay/methods';
import type { Store } from '@patchbay/store';
import type { CodeInput, ComputeActivities } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { patiently } from '../patiently.js';
import { supervised } from '../supervised.js';

/** Codes prompts with the autoencoder that a run left behind, under the run's model and on its device. */
export const codePrompts = ({ store, pool }: WorkerParts): ComputeActivities['codePrompts'] =>
  supervised(async (input: CodeInput, { signal }) => {
    const { request, trainedOn } = await patiently(() => openRequest(store, input), signal);
    const { output } = await pool.compute('code', request, { signal });
    if (output.model.sha256 !== trainedOn) {
      throw new PatchbayError(
        'conflict',
        `The files of ${output.model.name} are no longer those that the run saw.`,
        'Submit the run again, and code with the new one.',
      );
    }
    const codes = new TextEncoder().encode(JSON.stringify(output));
    return patiently(() => store.artifacts.put(codes, 'application/json'), signal);
  });

async function openRequest(
  store: Store,
  { runId, file, prompts }: CodeInput,
): Promise<{ request: CodePromptsRequest; trainedOn: string | undefined }> {
  const { request } = await store.runs.get(runId);
  const [source, manifest, autoencoder, text] = await Promise.all([
    store.models.source(request.model),
    store.runs.manifest(runId),
    store.runs.file(runId, file),
    store.artifacts.get(prompts),
  ]);
  return {
    request: {
      model: source ?? request.model,
      device: request.device,
      autoencoder: { name: file, bytes: autoencoder.bytes },
      prompts: new TextDecoder().decode(text),
    },
    trainedOn: manifest?.model.sha256,
  };
}
