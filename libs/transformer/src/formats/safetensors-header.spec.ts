import fc from 'fast-check';
import { PatchbayError } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { buildSafetensors } from '../testing/build-safetensors.js';
import { parseSafetensorsHeader, safetensorsHeaderLength } from './safetensors-header.js';

/** The reader's own two steps, on a file in memory. */
function parse(file: Uint8Array, fileSize = file.length) {
  const length = safetensorsHeaderLength(file.subarray(0, 8), fileSize, 'x.safetensors');
  return parseSafetensorsHeader(file.subarray(8, 8 + length), fileSize, 'x.safetensors');
}

const f32 = (shape: unknown, data_offsets: unknown) => ({ dtype: 'F32', shape, data_offsets });

describe('safetensors header', () => {
  it('gives offsets from the start of the file and passes over metadata', () => {
    const header = { __metadata__: { format: 'pt' }, a: f32([2, 1], [0, 8]), s: f32([], [8, 12]) };
    const start = 8 + JSON.stringify(header).length;
    expect(parse(buildSafetensors(header, 12))).toEqual([
      { name: 'a', type: 'F32', shape: [2, 1], offset: start, bytes: 8 },
      { name: 's', type: 'F32', shape: [], offset: start + 8, bytes: 4 },
    ]);
  });

  it.each([
    ['a tensor behind the end', buildSafetensors({ a: f32([4], [0, 16]) }, 12), /ends before/],
    ['overlapping tensors', buildSafetensors({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12), /b overlaps/],
    ['bytes that do not fit the shape', buildSafetensors({ a: f32([3], [0, 8]) }, 8), /8 bytes do not hold F32 \[3\]/],
    ['a 10 TB claim', buildSafetensors({ a: f32([2 ** 31, 1280], [0, 2 ** 31 * 5120]) }, 8), /ends before/],
    ['an axis of 2^32', buildSafetensors({ a: f32([2 ** 32, 0], [0, 0]) }), /a has an impossible shape/],
    ['a negative axis', buildSafetensors({ a: f32([-1], [0, 4]) }, 4), /a has an impossible shape/],
    ['offsets backwards', buildSafetensors({ a: f32([1], [4, 0]) }, 4), /a has impossible offsets/],
    ['an unknown dtype', buildSafetensors({ a: { dtype: 'toString', shape: [], data_offsets: [0, 1] } }, 1), /dtype/],
    ['an entry that is null', buildSafetensors({ a: null }), /a has no known dtype/],
    ['a long name', buildSafetensors({ ['a'.repeat(600)]: f32([], [0, 4]) }, 4), /600 characters/],
    ['no JSON', buildSafetensors('{"a":'), /not a JSON object/],
    ['an array', buildSafetensors([]), /not a JSON object/],
    ['invalid UTF-8', Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0x28]), /not a JSON object/],
    ['an empty file', new Uint8Array(0), /ends before/],
    ['a header of 2^63 bytes', Buffer.from([0, 0, 0, 0, 0, 0, 0, 128, 123, 125]), /the limit is 25000000/],
    ['a header longer than the file', Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 123, 125]), /ends before/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parse(file)).toThrow(message);
    expect(() => parse(file)).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });

  it('throws nothing but typed errors, whatever the header holds', () => {
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'BF16', 'I64', '__proto__'), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.nat(5), { maxLength: 3 }), fc.array(fc.double()), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.nat(64), fc.nat(64)), fc.array(fc.maxSafeInteger()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const header = fc.oneof(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), fc.jsonValue());
    fc.assert(
      fc.property(header, fc.nat(100), (value, size) => onlyTypedErrors(() => parse(buildSafetensors(value, size)))),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => onlyTypedErrors(() => parse(bytes))),
      { numRuns: 2000 },
    );
  });
});

function onlyTypedErrors(parse: () => { offset: number }[]): void {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(PatchbayError);
  }
}
