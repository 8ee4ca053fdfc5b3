/** @file Arrays as NumPy saves them (NEP 1): a header that is a Python literal, then the values. */

/** Float64 values in C order. */
export const encodeNumbers = (shape: readonly number[], data: Float64Array): Uint8Array =>
  withHeader('<f8', shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

/** Texts as an array of NumPy's fixed-width UTF-32, which needs no pickle to be read; a scalar where `shape` is []. */
export function encodeTexts(shape: readonly number[], texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (letter) => letter.codePointAt(0) ?? 0));
  const width = points.reduce((most, letters) => Math.max(most, letters.length), 1);
  const values = new DataView(new ArrayBuffer(4 * width * texts.length));
  points.forEach((letters, row) => {
    letters.forEach((point, at) => {
      values.setUint32(4 * (row * width + at), point, true);
    });
  });
  return withHeader(`<U${width}`, shape, new Uint8Array(values.buffer));
}

/** Bytes before the header's text: magic, version 1.0, length. */
const PREFIX = 10;
/** The values begin at a multiple of this. */
const ALIGNMENT = 64;

function withHeader(type: string, shape: readonly number[], values: Uint8Array): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((PREFIX + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(start + values.length).fill(0x20, 0, start);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - PREFIX, true);
  bytes.set(new TextEncoder().encode(text), PREFIX);
  bytes[start - 1] = 0x0a;
  bytes.set(values, start);
  return bytes;
}
