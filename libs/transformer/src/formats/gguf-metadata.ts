import type { GgufCursor } from './gguf-cursor.js';

const MAX_KEYS = 100_000;
/** The largest public vocabularies have 262,144 tokens, and as many merges. */
const MAX_ARRAY = 1_000_000;
/** All arrays together: tokens, types, scores and merges of the largest vocabularies are a million values. */
const MAX_ARRAY_VALUES = 4_000_000;
/** Arrays of arrays are allowed by the format and unused; the limit bounds recursion. */
const MAX_DEPTH = 4;

interface ValueType {
  /** fewest bytes that one value takes */
  bytes: number;
  read(cursor: GgufCursor, depth: number): unknown;
}

/** `gguf_metadata_value_type`: the position in this list is the number in the file. */
const VALUE_TYPES: readonly ValueType[] = [
  { bytes: 1, read: (cursor) => cursor.u8() },
  { bytes: 1, read: (cursor) => cursor.i8() },
  { bytes: 2, read: (cursor) => cursor.u16() },
  { bytes: 2, read: (cursor) => cursor.i16() },
  { bytes: 4, read: (cursor) => cursor.u32() },
  { bytes: 4, read: (cursor) => cursor.i32() },
  { bytes: 4, read: (cursor) => cursor.f32() },
  { bytes: 1, read: (cursor) => cursor.bool() },
  { bytes: 8, read: (cursor) => cursor.string() },
  { bytes: 12, read: readArray },
  { bytes: 8, read: (cursor) => cursor.u64() },
  { bytes: 8, read: (cursor) => cursor.i64() },
  { bytes: 8, read: (cursor) => cursor.f64() },
];

/** All keys and values. Integers of 64 bits are numbers where a number holds them exactly, else bigints. */
export function readGgufMetadata(cursor: GgufCursor, keys: number): Map<string, unknown> {
  if (keys > MAX_KEYS) throw cursor.damaged(`it claims ${keys} metadata keys; the limit is ${MAX_KEYS}`);
  const metadata = new Map<string, unknown>();
  for (let i = 0; i < keys; i++) {
    const key = cursor.string();
    if (metadata.has(key)) throw cursor.damaged(`the key ${key} is there twice`);
    metadata.set(key, valueType(cursor).read(cursor, 0));
  }
  return metadata;
}

function valueType(cursor: GgufCursor): ValueType {
  const number = cursor.u32();
  const type = VALUE_TYPES[number];
  if (!type) throw cursor.damaged(`there is no value type ${number}`);
  return type;
}

function readArray(cursor: GgufCursor, depth: number): unknown[] {
  if (depth >= MAX_DEPTH) throw cursor.damaged(`its arrays nest deeper than ${MAX_DEPTH}`);
  const type = valueType(cursor);
  const length = cursor.count(MAX_ARRAY, 'values in one array');
  cursor.require(length * type.bytes);
  cursor.arrayValues += length;
  if (cursor.arrayValues > MAX_ARRAY_VALUES) {
    throw cursor.damaged(`its arrays hold more than ${MAX_ARRAY_VALUES} values`);
  }
  return Array.from({ length }, () => type.read(cursor, depth + 1));
}
