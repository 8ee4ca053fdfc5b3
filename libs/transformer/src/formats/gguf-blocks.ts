import { float16At } from './float-values.js';

/** Every block type here holds 32 values; value j shares its byte with value j + 16 in the 4- and 5-bit types. */
const BLOCK = 32;
const HALF = 16;

/** scale (f16), 16 bytes of nibbles: x = (q - 8) scale */
export function decodeQ4_0(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 18) {
    const scale = float16At(source, at);
    for (let j = 0; j < HALF; j++) {
      const pair = source[at + 2 + j] ?? 0;
      target[block + j] = ((pair & 15) - 8) * scale;
      target[block + j + HALF] = ((pair >> 4) - 8) * scale;
    }
  }
}

/** scale, minimum (f16), 16 bytes of nibbles: x = q scale + minimum */
export function decodeQ4_1(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 20) {
    const scale = float16At(source, at);
    const minimum = float16At(source, at + 2);
    for (let j = 0; j < HALF; j++) {
      const pair = source[at + 4 + j] ?? 0;
      target[block + j] = (pair & 15) * scale + minimum;
      target[block + j + HALF] = (pair >> 4) * scale + minimum;
    }
  }
}

/** scale (f16), 32 fifth bits, 16 bytes of nibbles: x = (q - 16) scale */
export function decodeQ5_0(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 22) {
    const scale = float16At(source, at);
    for (let j = 0; j < BLOCK; j++) target[block + j] = (fiveBits(source, at + 2, j) - 16) * scale;
  }
}

/** scale, minimum (f16), 32 fifth bits, 16 bytes of nibbles: x = q scale + minimum */
export function decodeQ5_1(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 24) {
    const scale = float16At(source, at);
    const minimum = float16At(source, at + 2);
    for (let j = 0; j < BLOCK; j++) target[block + j] = fiveBits(source, at + 4, j) * scale + minimum;
  }
}

/** scale (f16), 32 signed bytes: x = q scale */
export function decodeQ8_0(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 34) {
    const scale = float16At(source, at);
    for (let j = 0; j < BLOCK; j++) target[block + j] = (((source[at + 2 + j] ?? 0) << 24) >> 24) * scale;
  }
}

/** Value j of a block whose 4 bytes of fifth bits at `at` come before its nibbles. */
function fiveBits(source: Uint8Array, at: number, j: number): number {
  const fifth = ((source[at + (j >> 3)] ?? 0) >> (j & 7)) & 1;
  const pair = source[at + 4 + (j % HALF)] ?? 0;
  return (j < HALF ? pair & 15 : pair >> 4) | (fifth << 4);
}
