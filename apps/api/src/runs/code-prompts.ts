import { type CodePrompts, type PromptCodes, promptCodesSchema, unavailable } from '@patchbay/contracts';
import type { ApiParts } from '../parts.js';

/**
 * Codes new prompts with an autoencoder that a run left behind, with no training.
 * @throws PatchbayError `not-found` (run, file), `invalid-input` (prompts, or a file that is no autoencoder of prompts),
 *   `conflict` (the model has changed since), `unavailable` (no worker, or none is done in time)
 */
export async function codePrompts(
  id: string,
  { jsonl, file }: CodePrompts,
  { store, scheduler }: Pick<ApiParts, 'store' | 'scheduler'>,
): Promise<PromptCodes> {
  const { request } = await store.runs.get(id);
  await store.runs.file(id, file); // what there is not is refused here and now
  if (!(await scheduler.servedDevices()).includes(request.device)) {
    throw unavailable(
      `No worker serves ${request.device}, on which the run was computed.`,
      `Start one with \`--device ${request.device}\`, or ask again in a moment if one has just started.`,
    );
  }
  const prompts = await store.artifacts.put(new TextEncoder().encode(jsonl), 'application/jsonl');
  const codes = await store.artifacts.get(await scheduler.code({ runId: id, file, prompts }, request.device));
  return promptCodesSchema.parse(JSON.parse(new TextDecoder().decode(codes)));
}
