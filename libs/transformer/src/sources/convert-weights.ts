import { join } from 'node:path';
import { withFile } from '../formats/random-access.js';
import { elementTypeOf } from '../formats/read-floats.js';
import { readSafetensors } from '../formats/read-safetensors.js';
import type { WeightFile } from '../formats/stored-tensor.js';
import { writeSafetensors } from '../formats/write-safetensors.js';
import { exists, finiteFloats } from './check-finite.js';
import type { OnProgress } from '../model-files.js';

/** Raise it when a change of the conversion makes other values of the same files. */
const CONVERSION_VERSION = 1;

/**
 * All weights as one float32 safetensors file in `cache`, written where it is not there yet. Memory stays at a few
 * MiB, however large the model is.
 * @throws PatchbayError `invalid-input` for a type that is not supported, or a NaN or infinite value
 */
export async function convertWeights(
  files: readonly WeightFile[],
  cache: string,
  onProgress: OnProgress,
): Promise<WeightFile> {
  const sources = files.flatMap(({ path, tensors }) => tensors.map((tensor) => ({ path, tensor })));
  const path = join(cache, `float32-v${CONVERSION_VERSION}.safetensors`);
  const kept = (await exists(path)) ? await readSafetensors(path) : null;
  // the same weights under another configuration may have other tensors in use
  const names = new Set(kept?.tensors.map(({ name }) => name));
  if (kept && sources.every(({ tensor }) => names.has(tensor.name))) return kept;
  for (const { tensor } of sources) elementTypeOf(tensor);
  await writeSafetensors(
    path,
    sources.map(({ path: source, tensor }, index) => ({
      name: tensor.name,
      shape: tensor.shape,
      async values(write) {
        onProgress('Converting weights to float32', index / sources.length);
        await withFile(source, async (file) => {
          for await (const chunk of finiteFloats(file, tensor)) await write(chunk);
        });
      },
    })),
  );
  return readSafetensors(path);
}
