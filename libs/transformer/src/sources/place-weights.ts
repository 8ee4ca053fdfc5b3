import { dirname, join } from 'node:path';
import type { TensorLocation } from '../architecture.js';
import type { StoredTensor, WeightFile } from '../formats/stored-tensor.js';
import type { OnProgress } from '../model-files.js';
import { checkFinite } from './check-finite.js';
import { convertWeights } from './convert-weights.js';

/**
 * Where each tensor's float32 values lie: in the files themselves where all are stored so, else in one copy that
 * is made once and kept in `home/cache/<sha256>`. Either way they lie in one folder, as the runtime needs it.
 * @throws PatchbayError `invalid-input` naming a tensor with NaN or infinite values
 */
export async function placeWeights(
  files: readonly WeightFile[],
  sha256: string,
  home: string,
  onProgress: OnProgress,
): Promise<Map<string, TensorLocation>> {
  const cache = join(home, 'cache', sha256);
  if (!areUsableInPlace(files)) return locate([await convertWeights(files, cache, onProgress)]);
  await checkFinite(files, cache, onProgress);
  return locate(files);
}

const areUsableInPlace = (files: readonly WeightFile[]): boolean =>
  new Set(files.map(({ path }) => dirname(path))).size === 1 &&
  files.every(({ tensors }) => tensors.every(isUsableInPlace));

// ONNX Runtime reads initializers as arrays of floats where they lie
const isUsableInPlace = ({ type, offset, interleavedHeads }: StoredTensor): boolean =>
  type === 'F32' && offset % 4 === 0 && !interleavedHeads;

const locate = (files: readonly WeightFile[]): Map<string, TensorLocation> =>
  new Map(
    files.flatMap(({ path, tensors }) =>
      tensors.map(({ name, offset, bytes, shape }) => [name, { path, offset, bytes, shape }]),
    ),
  );
