import { invalidInput } from '@patchbay/contracts';
import type { Architecture, Family } from '../architecture.js';
import { expectedShapes } from '../families/expected-shapes.js';
import type { WeightFile } from '../formats/stored-tensor.js';

/**
 * The files with only the tensors that the architecture's graph reads, each there once and of the right shape.
 * @throws PatchbayError `invalid-input` naming the tensor that is missing, misshapen, twice there or unknown
 */
export function checkTensors(files: readonly WeightFile[], architecture: Architecture, family: Family): WeightFile[] {
  const expected = expectedShapes(architecture);
  const missing = new Set(expected.keys());
  const checked = files.map(({ path, tensors }) => ({
    path,
    tensors: tensors.filter(({ name, shape }) => {
      const right = expected.get(name);
      if (!right) {
        if (family.ignores.test(name)) return false;
        throw wrong(`has a tensor ${name}, which the ${family.id} graph does not read`);
      }
      if (shape.join() !== right.join()) {
        throw wrong(`has ${name} as [${shape.join(', ')}] where its configuration asks for [${right.join(', ')}]`);
      }
      if (!missing.delete(name)) throw wrong(`has the tensor ${name} twice`);
      return true;
    }),
  }));
  const [first] = missing;
  if (first !== undefined) {
    throw wrong(`lacks the tensor ${first}` + (missing.size > 1 ? ` and ${missing.size - 1} more` : ''));
  }
  return checked;
}

const wrong = (what: string) =>
  invalidInput(`The model ${what}.`, 'Its weights and its configuration do not belong together: download it again.');
