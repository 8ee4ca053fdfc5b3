import fc from 'fast-check';
import { PatchbayError } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { buildGguf } from '../testing/build-gguf.js';
import { NeedsMoreBytes } from './gguf-cursor.js';
import { parseGgufHeader } from './gguf-header.js';

const parse = (file: Uint8Array, fileSize = file.length) => parseGgufHeader(file, fileSize, 'x.gguf');

const good = buildGguf(
  { 'general.architecture': 'llama', n: 7, eps: 0.5, yes: true, tokens: ['a', 'b'], scores: [0, -1.5] },
  [
    { name: 'w', shape: [2, 32], type: 3, bytes: new Uint8Array(40) },
    { name: 'b', shape: [3], type: 0, bytes: new Uint8Array(12) },
  ],
);

/** `good` with one number overwritten. */
function changed(offset: number, bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(good);
  copy.set(bytes, offset);
  return copy;
}

const positionOf = (text: string): number => Buffer.from(good).indexOf(text);

describe('GGUF header', () => {
  it('reads metadata and the tensor table, shapes row-major', () => {
    const { metadata, tensors } = parse(good);
    expect(Object.fromEntries(metadata)).toEqual({
      'general.architecture': 'llama',
      ...{ n: 7, eps: 0.5, yes: true, tokens: ['a', 'b'], scores: [0, -1.5] },
    });
    expect(tensors).toEqual([
      { name: 'w', type: 'Q4_1', shape: [2, 32], offset: good.length - 96, bytes: 40 },
      { name: 'b', type: 'F32', shape: [3], offset: good.length - 32, bytes: 12 },
    ]);
  });

  it('asks for more where only the part read so far is too short', () => {
    expect(() => parse(good.subarray(0, 60), good.length)).toThrow(NeedsMoreBytes);
    expect(() => parse(good.subarray(0, 60))).toThrow(/ends before/);
  });

  it.each([
    ['another magic', changed(0, [0x47, 0x47, 0x4d, 0x4c]), /does not begin with GGUF/],
    ['version 1', changed(4, [1]), /version 1/],
    ['a big-endian file', changed(4, [0, 0, 0, 3]), /version 50331648/],
    ['2^40 tensors', changed(8, [0, 0, 0, 0, 0, 1]), /1099511627776 tensors; the limit is 100000/],
    ['2^32 keys', changed(16, [0, 0, 0, 0, 1]), /4294967296 metadata keys/],
    ['a text of 2^56 bytes', changed(24, [0, 0, 0, 0, 0, 0, 0, 1]), /bytes in one text/],
    ['an array of 2^31', changed(positionOf('tokens') + 14, [0, 0, 0, 128]), /values in one array/],
    ['an unknown value type', changed(positionOf('tokens') + 6, [99]), /no value type 99/],
    ['tensors that end behind the file', good.subarray(0, good.length - 32), /may be cut short/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parse(file)).toThrow(message);
    expect(() => parse(file)).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });

  it('refuses rows that are no whole blocks, doubles, overlaps and bad alignment', () => {
    const tensor = { name: 'w', shape: [32], type: 2, bytes: new Uint8Array(18) };
    expect(() => parse(buildGguf({}, [{ ...tensor, shape: [2, 16] }]))).toThrow(/rows of w are no whole Q4_0 blocks/);
    expect(() => parse(buildGguf({}, [tensor, tensor]))).toThrow(/w is there twice/);
    const huge = { ...tensor, type: 0, shape: [2 ** 31, 1280] };
    expect(() => parse(buildGguf({}, [huge]))).toThrow(/w would end at byte 10995116\d+ of \d{3};/);
    expect(() =>
      parse(
        buildGguf({}, [
          { ...tensor, shape: [64] },
          { ...tensor, name: 'v' },
        ]),
      ),
    ).toThrow(/v overlaps/);
    expect(() => parse(buildGguf({ 'general.alignment': 33 }, [tensor]))).toThrow(/alignment is 33/);
  });

  it('names a type that it cannot read and leaves the refusal to whoever needs the tensor', () => {
    const [tensor] = parse(buildGguf({}, [{ name: 'w', shape: [256], type: 16, bytes: new Uint8Array(66) }])).tensors;
    expect(tensor).toMatchObject({ type: 'IQ2_XXS', bytes: 0 });
  });

  it('throws nothing but typed errors, wherever bytes are wrong or missing', () => {
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.nat(good.length), fc.boolean(), (changes, length, cut) => {
        const file = Uint8Array.from(good);
        for (const [at, value] of changes) file[at] = value;
        onlyTypedErrors(cut ? file.subarray(0, length) : file);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) =>
        onlyTypedErrors(Buffer.concat([good.subarray(0, 24), tail])),
      ),
      { numRuns: 2000 },
    );
  });
});

function onlyTypedErrors(file: Uint8Array): void {
  try {
    for (const { offset, bytes } of parse(file).tensors) expect(offset + bytes).toBeLessThanOrEqual(file.length);
  } catch (error) {
    expect(error).toBeInstanceOf(PatchbayError);
  }
}
