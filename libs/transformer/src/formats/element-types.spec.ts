import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixture } from '../testing/fixtures.js';
import { elementTypes } from './element-types.js';
import { findNonFinite } from './float-values.js';

function decode(name: string, source: Uint8Array): Float32Array {
  const type = elementTypes.get(name);
  if (!type) throw new Error(`no element type ${name}`);
  const target = new Float32Array((source.length / type.bytes) * type.values);
  type.decode(source, target);
  return target;
}

/** f16: 0.5 and -2 */
const HALF = [0x00, 0x38];
const MINUS_TWO = [0x00, 0xc0];
/** nibble pairs (0,15), (1,14), …, (15,0): value j is j, value j + 16 is 15 - j */
const NIBBLES = Array.from({ length: 16 }, (_, j) => j | ((15 - j) << 4));
const upAndDown = Array.from({ length: 32 }, (_, j) => (j < 16 ? j : 31 - j));
/** fifth bit set for every odd value */
const ODD = [0xaa, 0xaa, 0xaa, 0xaa];
const withFifth = upAndDown.map((value, j) => value + (j % 2) * 16);

describe('element types', () => {
  it.each([
    ['Q4_0', [...HALF, ...NIBBLES], upAndDown.map((q) => (q - 8) * 0.5)],
    ['Q4_1', [...HALF, ...MINUS_TWO, ...NIBBLES], upAndDown.map((q) => q * 0.5 - 2)],
    ['Q5_0', [...HALF, ...ODD, ...NIBBLES], withFifth.map((q) => (q - 16) * 0.5)],
    ['Q5_1', [...HALF, ...MINUS_TWO, ...ODD, ...NIBBLES], withFifth.map((q) => q * 0.5 - 2)],
    ['Q8_0', [...HALF, ...upAndDown.map((q) => (q - 128) & 255)], upAndDown.map((q) => (q - 128) * 0.5)],
    ['F16', [...HALF, ...MINUS_TWO, 0x01, 0x00, 0xff, 0x7b, 0x00, 0x80], [0.5, -2, 2 ** -24, 65_504, -0]],
    ['BF16', [0x80, 0x3f, 0x49, 0x40, 0x01, 0x80], [1, 3.140625, -(2 ** -133)]],
    ['F32', [0, 0, 0x80, 0x3f], [1]],
  ])('decodes a hand-made block of %s', (name, block, values) => {
    expect([...decode(name, Uint8Array.from(block))]).toEqual(values);
  });

  const reference = z.record(z.string(), z.object({ blocks: z.string(), float32: z.string() }));
  it.each(Object.entries(reference.parse(JSON.parse(fixture('gguf/blocks.json')))))(
    'decodes %s bit for bit as the gguf package of llama.cpp does',
    (name, { blocks, float32 }) => {
      const values = decode(name, Buffer.from(blocks, 'hex'));
      expect(Buffer.from(values.buffer).toString('hex')).toBe(float32);
    },
  );

  it('decodes every float16 to the number it stands for', () => {
    const all = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, half) => half).buffer);
    const values = decode('F16', all);
    for (const [half, value] of values.entries()) {
      const exponent = (half >> 10) & 31;
      if (exponent === 31) expect(Number.isFinite(value)).toBe(false);
      // a half is determined by its value: encode it again by its definition
      else expect(encodeFloat16(value)).toBe(half);
    }
  });

  it('finds NaN and infinities, and no large or tiny number', () => {
    expect(findNonFinite(Float32Array.of(0, -0, 3.4e38, -3.4e38, 1e-45))).toBe(-1);
    expect(findNonFinite(Float32Array.of(1, NaN))).toBe(1);
    expect(findNonFinite(Float32Array.of(-Infinity, 1))).toBe(0);
  });
});

/** Only for values that float16 holds exactly. */
function encodeFloat16(value: number): number {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}
