import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput } from '@patchbay/contracts';
import { findNonFinite } from '../formats/float-values.js';
import { withFile, type RandomAccess } from '../formats/random-access.js';
import { readFloats } from '../formats/read-floats.js';
import type { StoredTensor, WeightFile } from '../formats/stored-tensor.js';
import { writeAtomically } from '../formats/write-atomically.js';
import type { OnProgress } from '../model-files.js';

/**
 * Reads all weights once. A good verdict is kept in `cache`, the folder of this content; a bad one is found again.
 * @throws PatchbayError `invalid-input` naming a tensor with NaN or infinite values
 */
export async function checkFinite(files: readonly WeightFile[], cache: string, onProgress: OnProgress): Promise<void> {
  const verdict = join(cache, 'finite');
  if (await exists(verdict)) return;
  for (const { path, tensors } of files) {
    await withFile(path, async (file) => {
      for (const [index, tensor] of tensors.entries()) {
        onProgress('Checking weights', index / tensors.length);
        for await (const _ of finiteFloats(file, tensor));
      }
    });
  }
  await writeAtomically(verdict, async () => {});
}

/** A tensor's values. @throws PatchbayError `invalid-input` at the first that is NaN or infinite */
export async function* finiteFloats(file: RandomAccess, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  for await (const chunk of readFloats(file, tensor)) {
    if (findNonFinite(chunk) >= 0) {
      throw invalidInput(
        `Tensor ${tensor.name} of ${file.path} holds NaN or infinite values.`,
        'No result of this model would mean anything: use a checkpoint whose weights are finite.',
      );
    }
    yield chunk;
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
