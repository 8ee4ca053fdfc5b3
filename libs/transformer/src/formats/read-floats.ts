import { invalidInput } from '@patchbay/contracts';
import { elementTypes, type ElementType } from './element-types.js';
import type { RandomAccess } from './random-access.js';
import { elementCount, type StoredTensor } from './stored-tensor.js';

/** 4 MiB of float32: large enough for full disk speed; a multiple of every block size. */
const CHUNK_VALUES = 2 ** 20;

/**
 * A tensor's values as float32, in order, a few MiB at a time.
 * @throws PatchbayError `invalid-input` for a type that is not supported
 */
export async function* readFloats(file: RandomAccess, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  const type = elementTypeOf(tensor);
  const total = elementCount(tensor.shape);
  const headValues = tensor.interleavedHeads ? total / tensor.interleavedHeads : undefined;
  const step = headValues ?? CHUNK_VALUES;
  for (let start = 0; start < total; start += step) {
    const chunk = await readChunk(file, tensor, type, start, Math.min(step, total - start));
    yield headValues ? separateHalves(chunk, rowLength(tensor.shape)) : chunk;
  }
}

/** @throws PatchbayError `invalid-input` naming the types that can be read */
export function elementTypeOf(tensor: StoredTensor): ElementType {
  const type = elementTypes.get(tensor.type);
  if (!type) {
    throw invalidInput(
      `Tensor ${tensor.name} is stored as ${tensor.type}, which is not supported.`,
      `Use a copy of the model in one of ${[...elementTypes.keys()].join(', ')}.`,
    );
  }
  return type;
}

async function readChunk(
  file: RandomAccess,
  tensor: StoredTensor,
  type: ElementType,
  start: number,
  values: number,
): Promise<Float32Array> {
  const bytesOf = (count: number) => (count / type.values) * type.bytes;
  const source = await file.read(tensor.offset + bytesOf(start), bytesOf(values));
  const target = new Float32Array(values);
  type.decode(source, target);
  return target;
}

const rowLength = (shape: readonly number[]): number => elementCount(shape.slice(1));

/**
 * llama.cpp stores a head's rows as (0, d/2, 1, d/2 + 1, …) because it turns neighbouring rows together;
 * Hugging Face's order, which our rotary graph reads, has the first halves of all pairs first.
 */
function separateHalves(head: Float32Array, columns: number): Float32Array {
  const pairs = head.length / columns / 2;
  const restored = new Float32Array(head.length);
  for (let pair = 0; pair < pairs; pair++) {
    for (const half of [0, 1]) {
      const stored = (2 * pair + half) * columns;
      restored.set(head.subarray(stored, stored + columns), (half * pairs + pair) * columns);
    }
  }
  return restored;
}
