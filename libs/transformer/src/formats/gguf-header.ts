import { elementTypes } from './element-types.js';
import { GgufCursor } from './gguf-cursor.js';
import { readGgufMetadata } from './gguf-metadata.js';
import { MAX_DIMENSION, MAX_NAME_LENGTH } from './safetensors-header.js';
import { elementCount, findOverlap, type StoredTensor } from './stored-tensor.js';

/** `GGUF`, little-endian. */
const MAGIC = 0x46554747;
/** The largest public models have some thousand tensors. */
const MAX_TENSORS = 100_000;
/** ggml's own limit is 4. */
const MAX_AXES = 8;
const DEFAULT_ALIGNMENT = 32;

/** `ggml_type` numbers, also of types that cannot be read: an error should name them. */
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  ...([
    [0, 'F32'],
    [1, 'F16'],
    [2, 'Q4_0'],
    [3, 'Q4_1'],
    [6, 'Q5_0'],
    [7, 'Q5_1'],
    [8, 'Q8_0'],
    [9, 'Q8_1'],
  ] as const),
  ...([
    [10, 'Q2_K'],
    [11, 'Q3_K'],
    [12, 'Q4_K'],
    [13, 'Q5_K'],
    [14, 'Q6_K'],
    [15, 'Q8_K'],
    [16, 'IQ2_XXS'],
  ] as const),
  ...([
    [17, 'IQ2_XS'],
    [18, 'IQ3_XXS'],
    [19, 'IQ1_S'],
    [20, 'IQ4_NL'],
    [21, 'IQ3_S'],
    [22, 'IQ2_S'],
  ] as const),
  ...([
    [23, 'IQ4_XS'],
    [28, 'F64'],
    [29, 'IQ1_M'],
    [30, 'BF16'],
    [34, 'TQ1_0'],
    [35, 'TQ2_0'],
    [39, 'MXFP4'],
  ] as const),
]);

export interface GgufHeader {
  metadata: ReadonlyMap<string, unknown>;
  /** under their GGUF names, shapes turned to row-major */
  tensors: StoredTensor[];
}

/**
 * Parses the front of a GGUF file, versions 2 and 3.
 * @param bytes the file from its start, not necessarily all of it
 * @throws PatchbayError `invalid-input` saying what is wrong; NeedsMoreBytes where `bytes` end within the header
 */
export function parseGgufHeader(bytes: Uint8Array, fileSize: number, path: string): GgufHeader {
  const cursor = new GgufCursor(bytes, fileSize, path);
  if (cursor.u32() !== MAGIC) throw cursor.damaged('it does not begin with GGUF');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw cursor.damaged(`version ${version} is not one of 2 and 3`);
  const tensorCount = cursor.count(MAX_TENSORS, 'tensors');
  const metadata = readGgufMetadata(cursor, Number(cursor.u64()));
  const entries = Array.from({ length: tensorCount }, () => readEntry(cursor));
  const alignment = alignmentOf(metadata, cursor);
  const dataStart = Math.ceil(cursor.offset / alignment) * alignment;
  const tensors = entries.map((entry) => place(entry, dataStart, alignment, fileSize, cursor));
  refuseClashes(tensors, cursor);
  return { metadata, tensors };
}

interface Entry {
  name: string;
  shape: number[];
  type: string;
  /** from the start of the data */
  offset: number | bigint;
}

function readEntry(cursor: GgufCursor): Entry {
  const name = cursor.string();
  if (name.length > MAX_NAME_LENGTH) throw cursor.damaged(`a tensor name has ${name.length} characters`);
  const axes = cursor.u32();
  if (axes > MAX_AXES) throw cursor.damaged(`tensor ${name} claims ${axes} axes`);
  // the fastest axis comes first in the file
  const shape = Array.from({ length: axes }, () => cursor.count(MAX_DIMENSION - 1, `values along an axis of ${name}`));
  const type = cursor.u32();
  return { name, shape: shape.reverse(), type: TYPE_NAMES.get(type) ?? `type ${type}`, offset: cursor.u64() };
}

function alignmentOf(metadata: ReadonlyMap<string, unknown>, cursor: GgufCursor): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (
    typeof alignment === 'number' &&
    alignment >= 8 &&
    alignment <= 2 ** 20 &&
    Number.isInteger(Math.log2(alignment))
  ) {
    return alignment;
  }
  throw cursor.damaged(`its alignment is ${JSON.stringify(alignment)}, not a power of two`);
}

function place(entry: Entry, dataStart: number, alignment: number, fileSize: number, cursor: GgufCursor): StoredTensor {
  const { name, shape, type } = entry;
  const offset = dataStart + Number(entry.offset);
  if (Number(entry.offset) % alignment !== 0) {
    throw cursor.damaged(`tensor ${name} is not aligned to ${alignment} bytes`);
  }
  const bytes = storedBytes(entry, cursor);
  if (offset + bytes > fileSize) {
    throw cursor.damaged(
      `tensor ${name} would end at byte ${offset + bytes} of ${fileSize}; the file may be cut short`,
    );
  }
  return { name, type, shape, offset, bytes };
}

/** 0 for a type that cannot be read: whoever needs the tensor says so. */
function storedBytes({ name, shape, type }: Entry, cursor: GgufCursor): number {
  const known = elementTypes.get(type);
  if (!known) return 0;
  if ((shape.at(-1) ?? 1) % known.values !== 0) throw cursor.damaged(`rows of ${name} are no whole ${type} blocks`);
  return (elementCount(shape) / known.values) * known.bytes;
}

function refuseClashes(tensors: readonly StoredTensor[], cursor: GgufCursor): void {
  const overlap = findOverlap(tensors);
  if (overlap) throw cursor.damaged(`tensor ${overlap.name} overlaps another`);
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw cursor.damaged(`tensor ${name} is there twice`);
    names.add(name);
  }
}
