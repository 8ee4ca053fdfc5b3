import { float16At } from './float-values.js';

/**
 * @file K-quants: blocks of 256 values in sub-blocks of 16 or 32, whose scales are themselves quantised. Products of a
 * float16 with the small integers are exact in float64, so each value is rounded once, as in llama.cpp's float32.
 */

const BLOCK = 256;

/** 16 bytes of scale (low) and minimum (high nibble), 64 of 2-bit values, scales d and m (f16): x = d s q - m n */
export function decodeQ2_K(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 84) {
    const d = float16At(source, at + 80);
    const m = float16At(source, at + 82);
    for (let i = 0; i < BLOCK; i++) {
      const scales = source[at + (i >> 4)] ?? 0;
      target[block + i] = d * (scales & 15) * twoBits(source, at + 16, i) - m * (scales >> 4);
    }
  }
}

/** 32 bytes of third bits, 64 of 2-bit values, 12 of 6-bit scales, scale d (f16): x = d (s - 32) (q - 4) */
export function decodeQ3_K(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 110) {
    const d = float16At(source, at + 108);
    for (let i = 0; i < BLOCK; i++) {
      const third = ((source[at + (i % 32)] ?? 0) >> (i >> 5)) & 1;
      const q = twoBits(source, at + 32, i) | (third << 2);
      target[block + i] = d * (sixBitScale(source, at + 96, i >> 4) - 32) * (q - 4);
    }
  }
}

/** scales d, m (f16), 12 bytes of 6-bit scales and minima, 128 of 4-bit values: x = d s q - m n */
export function decodeQ4_K(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 144) {
    const d = float16At(source, at);
    const m = float16At(source, at + 2);
    for (let part = 0; part < 8; part++) {
      const { scale, minimum } = scaleAndMinimum(source, at + 4, part);
      for (let l = 0; l < 32; l++) {
        const q = nibble(source, at + 16, part, l);
        target[block + part * 32 + l] = d * scale * q - m * minimum;
      }
    }
  }
}

/** as Q4_K, with 32 bytes of fifth bits before the 4-bit values */
export function decodeQ5_K(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 176) {
    const d = float16At(source, at);
    const m = float16At(source, at + 2);
    for (let part = 0; part < 8; part++) {
      const { scale, minimum } = scaleAndMinimum(source, at + 4, part);
      for (let l = 0; l < 32; l++) {
        const fifth = ((source[at + 16 + l] ?? 0) >> part) & 1;
        const q = nibble(source, at + 48, part, l) | (fifth << 4);
        target[block + part * 32 + l] = d * scale * q - m * minimum;
      }
    }
  }
}

/** 128 bytes of 4 low bits, 64 of 2 high bits, 16 signed scales, scale d (f16): x = d s (q - 32) */
export function decodeQ6_K(source: Uint8Array, target: Float32Array): void {
  for (let block = 0, at = 0; block < target.length; block += BLOCK, at += 210) {
    const d = float16At(source, at + 208);
    for (let i = 0; i < BLOCK; i++) {
      const half = i >> 7;
      const quarter = (i >> 5) & 3;
      const l = i % 32;
      const pair = source[at + half * 64 + (quarter & 1) * 32 + l] ?? 0;
      const low = quarter < 2 ? pair & 15 : pair >> 4;
      const high = ((source[at + 128 + half * 32 + l] ?? 0) >> (2 * quarter)) & 3;
      const scale = ((source[at + 192 + (i >> 4)] ?? 0) << 24) >> 24;
      target[block + i] = d * scale * ((low | (high << 4)) - 32);
    }
  }
}

/** Value i of 256 at `at`: in each half of the block, byte l holds values l, l + 32, l + 64 and l + 96. */
const twoBits = (source: Uint8Array, at: number, i: number): number =>
  ((source[at + (i >> 7) * 32 + (i % 32)] ?? 0) >> (2 * ((i >> 5) & 3))) & 3;

/** Value l of sub-block `part`: 32 bytes hold two sub-blocks, the even one in the low nibbles. */
function nibble(source: Uint8Array, at: number, part: number, l: number): number {
  const pair = source[at + (part >> 1) * 32 + l] ?? 0;
  return part & 1 ? pair >> 4 : pair & 15;
}

/** Scale j of 16: four low bits in 8 bytes (first the low nibbles), two high bits in the 4 bytes after them. */
function sixBitScale(source: Uint8Array, at: number, j: number): number {
  const pair = source[at + (j % 8)] ?? 0;
  const high = ((source[at + 8 + (j % 4)] ?? 0) >> (2 * (j >> 2))) & 3;
  return (j < 8 ? pair & 15 : pair >> 4) | (high << 4);
}

/** Of sub-block j of 8: six bits each; those of the last four are spread over three bytes. */
function scaleAndMinimum(source: Uint8Array, at: number, j: number): { scale: number; minimum: number } {
  const byte = (k: number): number => source[at + k] ?? 0;
  if (j < 4) return { scale: byte(j) & 63, minimum: byte(j + 4) & 63 };
  return {
    scale: (byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4),
    minimum: (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4),
  };
}
