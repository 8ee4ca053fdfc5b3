import { decodeQ4_0, decodeQ4_1, decodeQ5_0, decodeQ5_1, decodeQ8_0 } from './gguf-blocks.js';
import { decodeQ2_K, decodeQ3_K, decodeQ4_K, decodeQ5_K, decodeQ6_K } from './gguf-k-blocks.js';
import { decodeBfloat16, decodeFloat16, decodeFloat32 } from './float-values.js';

/** How values of one type become float32. A further quantisation is one more entry. */
export interface ElementType {
  /** values in one block; 1 for plain floats */
  values: number;
  /** bytes of one block */
  bytes: number;
  /** whole blocks of `source` into `target`, little-endian */
  decode(source: Uint8Array, target: Float32Array): void;
}

export const elementTypes: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['F32', { values: 1, bytes: 4, decode: decodeFloat32 }],
  ['F16', { values: 1, bytes: 2, decode: decodeFloat16 }],
  ['BF16', { values: 1, bytes: 2, decode: decodeBfloat16 }],
  ['Q4_0', { values: 32, bytes: 18, decode: decodeQ4_0 }],
  ['Q4_1', { values: 32, bytes: 20, decode: decodeQ4_1 }],
  ['Q5_0', { values: 32, bytes: 22, decode: decodeQ5_0 }],
  ['Q5_1', { values: 32, bytes: 24, decode: decodeQ5_1 }],
  ['Q8_0', { values: 32, bytes: 34, decode: decodeQ8_0 }],
  ['Q2_K', { values: 256, bytes: 84, decode: decodeQ2_K }],
  ['Q3_K', { values: 256, bytes: 110, decode: decodeQ3_K }],
  ['Q4_K', { values: 256, bytes: 144, decode: decodeQ4_K }],
  ['Q5_K', { values: 256, bytes: 176, decode: decodeQ5_K }],
  ['Q6_K', { values: 256, bytes: 210, decode: decodeQ6_K }],
]);
