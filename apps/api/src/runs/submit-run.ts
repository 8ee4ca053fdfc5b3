import { invalidInput, type RunRequest, type RunView } from '@patchbay/contracts';
import { findModel } from '../models/find-model.js';
import type { ApiParts } from '../parts.js';
import { findTask } from '../tasks/find-task.js';

/** Printable ASCII, as long as a hash or a pair of UUIDs and then some. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Checks a request as far as it goes without a worker, fills the method's defaults in, and records the run.
 * @throws PatchbayError `invalid-input` (unknown method, model or task, wrong parameters), `conflict` (same key,
 *   other request)
 */
export async function submitRun(
  request: RunRequest,
  idempotencyKey: string | undefined,
  { store, catalogue }: Pick<ApiParts, 'store' | 'catalogue'>,
): Promise<{ run: RunView; created: boolean }> {
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw invalidInput('Idempotency-Key is not usable.', 'Send 1 to 200 printable characters without spaces.');
  }
  const params = catalogue.parseParams(request.method, request.params);
  await findModel(request.model, store, catalogue);
  await findTask(request.task, store, catalogue);
  return store.runs.create({ ...request, params }, idempotencyKey);
}
