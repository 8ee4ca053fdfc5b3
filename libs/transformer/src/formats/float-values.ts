/** Every float16 as float32: 256 KB that make decoding one look-up a value. */
const float16Table = buildFloat16Table();

/** IEEE 754 binary16 at byte `at` of `bytes`. */
export const float16At = (bytes: Uint8Array, at: number): number => float16Table[uint16At(bytes, at)] ?? NaN;

export function decodeFloat32(source: Uint8Array, target: Float32Array): void {
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(source);
}

export function decodeFloat16(source: Uint8Array, target: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = float16At(source, 2 * i);
}

/** bfloat16 is the upper half of a float32. */
export function decodeBfloat16(source: Uint8Array, target: Float32Array): void {
  const words = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < words.length; i++) words[i] = uint16At(source, 2 * i) << 16;
}

/** Index of the first NaN or infinity, -1 if there is none. */
export function findNonFinite(values: Float32Array): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // a plain loop: a callback for each of hundreds of millions of weights takes seconds
  for (let i = 0; i < words.length; i++) if (((words[i] ?? 0) & EXPONENT) === EXPONENT) return i;
  return -1;
}

/** Exponent bits of a float32, all set in NaN and infinities. */
const EXPONENT = 0x7f800000;

const uint16At = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

function buildFloat16Table(): Float32Array {
  return Float32Array.from({ length: 65_536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
