import { invalidInput, type PatchbayError } from '@patchbay/contracts';
import { truncated } from './random-access.js';
import { elementCount, findOverlap, type StoredTensor } from './stored-tensor.js';

/** The largest header in public use is below 10 MB; a larger claim is an attack or damage. */
export const MAX_HEADER_BYTES = 25_000_000;
/** Sizes beyond this overflow what ONNX Runtime indexes. */
export const MAX_DIMENSION = 2 ** 32;
/** No known architecture has more axes. */
const MAX_AXES = 8;
/** Longer names are no names; the limit keeps error messages readable. */
export const MAX_NAME_LENGTH = 512;

const BYTES_PER_VALUE: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I16: 2, U16: 2, F16: 2, BF16: 2 },
  ...{ I32: 4, U32: 4, F32: 4, I64: 8, U64: 8, F64: 8 },
};

/** Length of the JSON that follows the first 8 bytes. */
export function safetensorsHeaderLength(prefix: Uint8Array, fileSize: number, path: string): number {
  if (prefix.length < 8) throw truncated(path);
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw damaged(path, `its header claims ${length} bytes; the limit is ${MAX_HEADER_BYTES}`);
  }
  if (8 + Number(length) > fileSize) throw truncated(path);
  return Number(length);
}

/**
 * The tensor table of a safetensors file.
 * @param json the header, without its 8-byte length
 * @throws PatchbayError `invalid-input` naming the tensor whose entry is wrong
 */
export function parseSafetensorsHeader(json: Uint8Array, fileSize: number, path: string): StoredTensor[] {
  const dataStart = 8 + json.length;
  const tensors = Object.entries(parseJsonObject(json, path))
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => parseEntry(name, entry, dataStart, fileSize, path));
  const overlap = findOverlap(tensors);
  if (overlap) throw damaged(path, `tensor ${overlap.name} overlaps another`);
  return tensors;
}

function parseJsonObject(json: Uint8Array, path: string): object {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    if (isObject(parsed)) return parsed;
  } catch {
    // falls through: whatever is wrong with the text, the file is the same to its owner
  }
  throw damaged(path, 'its header is not a JSON object');
}

function parseEntry(name: string, entry: unknown, dataStart: number, fileSize: number, path: string): StoredTensor {
  if (name.length > MAX_NAME_LENGTH) throw damaged(path, `a tensor name has ${name.length} characters`);
  const { dtype, shape, data_offsets: range } = isObject(entry) ? (entry as Record<string, unknown>) : {};
  const size = typeof dtype === 'string' && Object.hasOwn(BYTES_PER_VALUE, dtype) ? BYTES_PER_VALUE[dtype] : undefined;
  if (typeof dtype !== 'string' || size === undefined) throw damaged(path, `tensor ${name} has no known dtype`);
  if (!isCounts(shape) || shape.length > MAX_AXES || shape.some((axis) => axis >= MAX_DIMENSION)) {
    throw damaged(path, `tensor ${name} has an impossible shape`);
  }
  const [begin, end] = isCounts(range) && range.length === 2 ? range : [];
  if (begin === undefined || end === undefined || end < begin) {
    throw damaged(path, `tensor ${name} has impossible offsets`);
  }
  if (elementCount(shape) * size !== end - begin) {
    throw damaged(path, `tensor ${name}: ${end - begin} bytes do not hold ${dtype} [${shape.join(', ')}]`);
  }
  if (dataStart + end > fileSize) throw truncated(path);
  return { name, type: dtype, shape, offset: dataStart + begin, bytes: end - begin };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
const damaged = (path: string, what: string): PatchbayError =>
  invalidInput(`${path} is not a valid safetensors file: ${what}.`, 'Download or save the file again.');
