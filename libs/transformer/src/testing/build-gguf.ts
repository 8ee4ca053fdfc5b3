type MetadataValue = number | boolean | string | readonly (number | string)[];

export interface GgufTensor {
  name: string;
  /** row-major */
  shape: readonly number[];
  /** `ggml_type` */
  type: number;
  bytes: Uint8Array;
}

/** A GGUF file, version 3, alignment 32. Whole numbers become u32, others f32. */
export function buildGguf(metadata: Record<string, MetadataValue>, tensors: readonly GgufTensor[]): Uint8Array {
  let offset = 0;
  const table = tensors.map(({ name, shape, type, bytes }) => {
    const entry = [string(name), u32(shape.length), ...[...shape].reverse().map(u64), u32(type), u64(offset)];
    offset += padded(bytes.length);
    return Buffer.concat(entry);
  });
  const keys = Object.entries(metadata).map(([key, value]) => Buffer.concat([string(key), typed(value)]));
  const header = Buffer.concat([
    ...[Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(keys.length)],
    ...keys,
    ...table,
  ]);
  return Buffer.concat([pad(header), ...tensors.map(({ bytes }) => pad(bytes))]);
}

const padded = (length: number): number => Math.ceil(length / 32) * 32;
const pad = (bytes: Uint8Array): Uint8Array =>
  Buffer.concat([bytes, new Uint8Array(padded(bytes.length) - bytes.length)]);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

const string = (text: string): Buffer => Buffer.concat([u64(Buffer.byteLength(text)), Buffer.from(text)]);

function typed(value: MetadataValue): Buffer {
  if (typeof value === 'boolean') return Buffer.concat([u32(7), Buffer.from([value ? 1 : 0])]);
  if (typeof value === 'string') return Buffer.concat([u32(8), string(value)]);
  if (typeof value === 'number') {
    return Number.isInteger(value) ? Buffer.concat([u32(4), u32(value)]) : Buffer.concat([u32(6), f32(value)]);
  }
  const texts = value.some((item) => typeof item === 'string');
  const items = value.map((item) => (typeof item === 'string' ? string(item) : f32(item)));
  return Buffer.concat([u32(9), u32(texts ? 8 : 6), u64(value.length), ...items]);
}
