import { type Circuit, readCircuit, selectCircuit } from '@patchbay/circuit';
import { type AddCircuit, type CircuitSelection, invalidInput } from '@patchbay/contracts';
import type { NewCircuit } from '@patchbay/store';
import { findModel } from '../models/find-model.js';
import type { ApiParts, ApiStore } from '../parts.js';
import { circuitOf } from './export-run.js';
import { assertSucceeded } from './find-circuit.js';

type Parts = Pick<ApiParts, 'store' | 'catalogue'>;

/**
 * The circuit that is to be kept: of a file that was sent or of a run's scores, its edges chosen.
 *
 * @throws PatchbayError `invalid-input` where the file, the run or the model is not right, `conflict` where the name is
 *   a reference circuit's
 */
export async function makeCircuit(
  { name, run, file, model, ...selection }: AddCircuit,
  { store, catalogue }: Parts,
): Promise<NewCircuit> {
  const found =
    run === undefined ? await ofFile(file ?? '', model ?? '', { store, catalogue }) : await ofRun(run, store);
  const circuit = selectCircuit(found.circuit, selection);
  return { name, model: found.model, circuit, run, ...(isChoice(selection) && { selection }) };
}

const isChoice = ({ top, greedy, threshold }: CircuitSelection): boolean =>
  [top, greedy, threshold].some((one) => one !== undefined);

async function ofRun(run: string, store: ApiStore): Promise<{ circuit: Circuit; model: string }> {
  await assertSucceeded(store.runs, run);
  const result = await store.runs.result(run);
  return { circuit: circuitOf(result), model: result.manifest.request.model };
}

async function ofFile(
  file: string,
  model: string,
  { store, catalogue }: Parts,
): Promise<{ circuit: Circuit; model: string }> {
  const source = await findModel(model, store, catalogue);
  if (source.startsWith('hf:')) {
    throw invalidInput(
      `${model} is on the hub, and nothing is fetched to check a circuit.`,
      'Fetch the model into a folder, register that, and name it.',
    );
  }
  return { circuit: readCircuit(file, await catalogue.graphOf(source)), model };
}
