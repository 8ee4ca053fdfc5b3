import { elementCount } from './stored-tensor.js';
import { writeAtomically } from './write-atomically.js';

/** A tensor to be written; its values come when the file has reached it. */
export interface FloatTensor {
  name: string;
  shape: readonly number[];
  values(write: (chunk: Float32Array) => Promise<void>): Promise<void>;
}

/** One float32 safetensors file, streamed tensor by tensor and there only when it is whole. */
export async function writeSafetensors(path: string, tensors: readonly FloatTensor[]): Promise<void> {
  await writeAtomically(path, async (handle) => {
    await handle.writeFile(safetensorsHeader(tensors));
    for (const tensor of tensors) {
      await tensor.values((chunk) =>
        handle.writeFile(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
      );
    }
  });
}

/** Bytes of a value of each type that is written. */
const VALUE_BYTES = { F32: 4, F64: 8 } as const;

type TensorEntry = Pick<FloatTensor, 'name' | 'shape'> & {
  /** F32 where absent */
  dtype?: keyof typeof VALUE_BYTES;
};

/** `metadata`: texts that say what the tensors are. Padded with spaces to 8 bytes, so that the values are aligned. */
export function safetensorsHeader(
  tensors: readonly TensorEntry[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, shape, dtype = 'F32' }) => {
    const begin = end;
    end += VALUE_BYTES[dtype] * elementCount(shape);
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }),
  );
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}
