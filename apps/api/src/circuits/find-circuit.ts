import { invalidInput, isCircuitName, isRunId, PatchbayError, type RunRequest } from '@patchbay/contracts';
import { isPlainPath, kindOf } from '../models/find-model.js';
import type { ApiStore, Catalogue } from '../parts.js';

/**
 * Checks that a run that evaluates a circuit names one that a worker can find, and that no other run does: a reference,
 * a stored circuit, a run that has succeeded, or the absolute path of a file.
 * @throws PatchbayError `invalid-input`
 */
export async function findCircuit(
  { method, circuit }: Pick<RunRequest, 'method' | 'circuit'>,
  { runs, circuits }: Pick<ApiStore, 'runs' | 'circuits'>,
  { methods, references }: Pick<Catalogue, 'methods' | 'references'>,
): Promise<void> {
  const evaluates = methods.some(({ id, needs }) => id === method && needs.circuit === true);
  if (circuit === undefined) {
    if (!evaluates) return;
    throw invalidInput(`${method} evaluates a circuit, and none was named.`, 'Name a reference circuit or a run.');
  }
  if (!evaluates) throw invalidInput(`${method} evaluates no circuit.`, 'Leave the circuit out.');
  if (references.some(({ id }) => id === circuit)) return;
  if (isRunId(circuit)) return assertSucceeded(runs, circuit);
  if (isCircuitName(circuit) && (await isStored(circuits, circuit))) return;
  if (isPlainPath(circuit) && (await kindOf(circuit)) === 'file') return;
  throw invalidInput(
    `There is no circuit ${JSON.stringify(circuit)}.`,
    `Name one of ${references.map(({ id }) => id).join(', ')}, a stored circuit, the id of a run, or the absolute path of a file.`,
  );
}

async function isStored(circuits: ApiStore['circuits'], name: string): Promise<boolean> {
  try {
    await circuits.get(name);
    return true;
  } catch (error) {
    if (error instanceof PatchbayError && error.kind === 'not-found') return false;
    throw error;
  }
}

/** @throws PatchbayError `invalid-input` where there is no such run or it has found nothing */
export async function assertSucceeded(runs: ApiStore['runs'], id: string): Promise<void> {
  try {
    const { status } = await runs.get(id);
    if (status === 'succeeded') return;
    throw invalidInput(`Run ${id} is ${status}: it has found nothing yet.`, 'Name a run that has succeeded.');
  } catch (error) {
    if (!(error instanceof PatchbayError && error.kind === 'not-found')) throw error;
    throw invalidInput(error.message, error.action, { cause: error });
  }
}
