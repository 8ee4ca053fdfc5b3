import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput } from '@patchbay/contracts';
import type { TensorLocation } from '../architecture.js';
import { elementTypeOf, readFloats } from '../formats/read-floats.js';
import { findNonFinite } from '../formats/float-values.js';
import { withFile, type RandomAccess } from '../formats/random-access.js';
import { readSafetensors } from '../formats/read-safetensors.js';
import { writeAtomically } from '../formats/write-atomically.js';
import { writeSafetensors } from '../formats/write-safetensors.js';
import type { StoredTensor, WeightFile } from '../formats/stored-tensor.js';

/** Raise it when a change of the conversion makes other values of the same file. */
const CONVERSION_VERSION = 1;

type Progress = (message: string, fraction: number | null) => void;

/**
 * Where each tensor's float32 values lie: in the file itself where they are stored so, else in a copy that is
 * made once and kept in `home/cache/<sha256>`.
 * @throws PatchbayError `invalid-input` naming a tensor with NaN or infinite values
 */
export async function placeWeights(
  file: WeightFile,
  sha256: string,
  home: string,
  onProgress: Progress,
): Promise<[name: string, location: TensorLocation][]> {
  const inPlace = file.tensors.filter(isUsableInPlace);
  const others = file.tensors.filter((tensor) => !isUsableInPlace(tensor));
  const cache = join(home, 'cache', sha256);
  await checkFinite({ ...file, tensors: inPlace }, join(cache, 'finite'), onProgress);
  const converted = others.length > 0 ? await convert({ ...file, tensors: others }, cache, onProgress) : [];
  return [...inPlace.map((tensor) => locate(file.path, tensor)), ...converted];
}

// ONNX Runtime maps initializers as float pointers
const isUsableInPlace = (tensor: StoredTensor): boolean =>
  tensor.type === 'F32' && tensor.offset % 4 === 0 && !tensor.interleavedHeads;

const locate = (path: string, { name, offset, bytes, shape }: StoredTensor): [string, TensorLocation] => [
  name,
  { path, offset, bytes, shape },
];

/** A good verdict is kept beside the conversions of the same content; a bad one is found again each time. */
async function checkFinite(file: WeightFile, verdict: string, onProgress: Progress): Promise<void> {
  if (file.tensors.length === 0 || (await exists(verdict))) return;
  await withFile(file.path, async (access) => {
    for (const [index, tensor] of file.tensors.entries()) {
      onProgress('Checking weights', index / file.tensors.length);
      for await (const chunk of finiteFloats(access, tensor)) void chunk;
    }
  });
  await writeAtomically(verdict, async () => {});
}

async function convert(file: WeightFile, cache: string, onProgress: Progress): ReturnType<typeof placeWeights> {
  file.tensors.forEach(elementTypeOf);
  const path = join(cache, `float32-v${CONVERSION_VERSION}.safetensors`);
  if (!(await exists(path)))
    await withFile(file.path, (access) =>
      writeSafetensors(
        path,
        file.tensors.map((tensor, index) => ({
          name: tensor.name,
          shape: tensor.shape,
          values() {
            onProgress('Converting weights to float32', index / file.tensors.length);
            return finiteFloats(access, tensor);
          },
        })),
      ),
    );
  const converted = await readSafetensors(path);
  return converted.tensors.map((tensor) => locate(converted.path, tensor));
}

async function* finiteFloats(access: RandomAccess, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  for await (const chunk of readFloats(access, tensor)) {
    if (findNonFinite(chunk) >= 0)
      throw invalidInput(
        `Tensor ${tensor.name} of ${access.path} holds NaN or infinite values.`,
        'No result of this model would mean anything: use a checkpoint whose weights are finite.',
      );
    yield chunk;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
