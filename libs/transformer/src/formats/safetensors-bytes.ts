import { readFloats } from './read-floats.js';
import { truncated, type RandomAccess } from './random-access.js';
import { parseSafetensorsHeader, safetensorsHeaderLength } from './safetensors-header.js';
import { safetensorsHeader } from './write-safetensors.js';

/** A small tensor, in memory. */
export interface TensorValues {
  shape: readonly number[];
  data: Float32Array;
}

/** Tensors and a table of texts as the bytes of a safetensors file, each tensor of the type that its values have. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: Float32Array | Float64Array }>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    return { name, shape, data, dtype: data instanceof Float64Array ? ('F64' as const) : ('F32' as const) };
  });
  const header = safetensorsHeader(entries, metadata);
  const size = entries.reduce((sum, { data }) => sum + data.byteLength, header.length);
  const bytes = new Uint8Array(size);
  bytes.set(header);
  let at = header.length;
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * What {@link encodeSafetensors} was given; any type that can be read comes as float32.
 * @param name of the file, for errors
 * @throws PatchbayError `invalid-input` where the bytes are no safetensors file
 */
export async function decodeSafetensors(
  bytes: Uint8Array,
  name: string,
): Promise<{ tensors: Map<string, TensorValues>; metadata: Record<string, unknown> }> {
  const json = bytes.subarray(8, 8 + safetensorsHeaderLength(bytes.subarray(0, 8), bytes.length, name));
  const stored = parseSafetensorsHeader(json, bytes.length, name);
  const file: RandomAccess = {
    path: name,
    size: bytes.length,
    read: (offset, length) => part(bytes, offset, length, name),
  };
  const tensors = new Map<string, TensorValues>();
  for (const tensor of stored) {
    const chunks: Float32Array[] = [];
    for await (const chunk of readFloats(file, tensor)) chunks.push(chunk);
    const data = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    chunks.reduce((at, chunk) => (data.set(chunk, at), at + chunk.length), 0);
    tensors.set(tensor.name, { shape: tensor.shape, data });
  }
  const { __metadata__: metadata = {} } = JSON.parse(new TextDecoder().decode(json)) as {
    __metadata__?: Record<string, unknown>;
  };
  return { tensors, metadata };
}

function part(bytes: Uint8Array, offset: number, length: number, name: string): Promise<Uint8Array> {
  if (offset + length > bytes.length) throw truncated(name);
  return Promise.resolve(bytes.slice(offset, offset + length));
}
