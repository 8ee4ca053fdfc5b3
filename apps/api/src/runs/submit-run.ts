import { type Estimate, invalidInput, PatchbayError, type RunRequest, type RunView } from '@patchbay/contracts';
import { z } from 'zod';
import { findCircuit } from '../circuits/find-circuit.js';
import { findModel } from '../models/find-model.js';
import type { ApiParts, Catalogue } from '../parts.js';
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
  checkIdempotencyKey(idempotencyKey);
  const params = parseParams(request, catalogue);
  await findParts(request, { store, catalogue });
  return store.runs.create({ ...request, params }, idempotencyKey);
}

/** @throws PatchbayError `invalid-input` */
export function checkIdempotencyKey(key: string | undefined): void {
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return;
  throw invalidInput('Idempotency-Key is not usable.', 'Send 1 to 200 printable characters without spaces.');
}

/**
 * What a run would take if it were submitted.
 * @throws PatchbayError `invalid-input` as `submitRun` does, and for a model that would have to be fetched first
 */
export async function estimateRun(
  request: RunRequest,
  { store, catalogue }: Pick<ApiParts, 'store' | 'catalogue'>,
): Promise<Estimate> {
  const params = parseParams(request, catalogue);
  const modelSource = await findParts(request, { store, catalogue });
  if (isOnHub(modelSource)) {
    throw invalidInput(
      `${request.model} is on the hub, and an estimate fetches nothing.`,
      'Submit it: the run says what it takes before it computes.',
    );
  }
  const taskJsonl = await store.tasks.jsonl(request.task);
  const circuitText = request.circuit === undefined ? undefined : await store.circuits.text(request.circuit);
  return catalogue.estimate({ request: { ...request, params }, modelSource, taskJsonl, circuitText });
}

export const isOnHub = (modelSource: string): boolean => modelSource.startsWith('hf:');

/** @returns what `openModel` takes */
export async function findParts(
  request: RunRequest,
  { store, catalogue }: Pick<ApiParts, 'store' | 'catalogue'>,
): Promise<string> {
  const modelSource = await namingField('model', findModel(request.model, store, catalogue));
  await namingField('task', findTask(request.task, store, catalogue));
  await namingField('circuit', findCircuit(request, store, catalogue));
  return modelSource;
}

/** Waits for a look-up; a refusal says which field of the request it is about, so that a form can show it there. */
async function namingField<T>(field: 'model' | 'task' | 'circuit', lookUp: Promise<T>): Promise<T> {
  try {
    return await lookUp;
  } catch (error) {
    if (!(error instanceof PatchbayError && error.kind === 'invalid-input')) throw error;
    const issue = { path: [field], message: error.message, input: undefined };
    throw invalidInput(error.message, error.action, { cause: new z.ZodError([{ ...issue, code: 'custom' }]) });
  }
}

/** The parameters with their defaults; what is wrong is named by its path in the request. */
export function parseParams({ method, params }: RunRequest, catalogue: Catalogue): Record<string, unknown> {
  try {
    return catalogue.parseParams(method, params);
  } catch (error) {
    if (!(error instanceof PatchbayError && error.cause instanceof z.ZodError)) throw error;
    const issues = error.cause.issues.map((issue) => ({ ...issue, path: ['params', ...issue.path] }));
    throw invalidInput(error.message, error.action, { cause: new z.ZodError(issues) });
  }
}
