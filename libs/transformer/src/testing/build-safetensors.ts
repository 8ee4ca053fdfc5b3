/** A safetensors file from its parts, right or wrong. */
export function buildSafetensors(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return Buffer.concat([length, json, typeof data === 'number' ? new Uint8Array(data) : data]);
}

export interface Values {
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

export const float32 = (shape: number[], values: Iterable<number>): Values => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

/** Tensors one behind the other, the header padded so that they are aligned. */
export function safetensorsOf(tensors: Record<string, Values>): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const json = JSON.stringify(Object.fromEntries(entries));
  return buildSafetensors(
    json.padEnd(Math.ceil(json.length / 8) * 8),
    Buffer.concat(Object.values(tensors).map(({ bytes }) => bytes)),
  );
}
