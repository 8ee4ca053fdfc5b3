import { describe, expect, it } from 'vitest';
import { decode, encode } from './encoding.js';

describe('encode', () => {
  it('gives back typed arrays, maps, undefined and NaN as they were', () => {
    const value = {
      scores: new Float32Array([1, -0, Number.NaN]),
      wide: new Float64Array([Math.PI]),
      ids: new BigInt64Array([2n ** 60n]),
      names: new Map([['a9.h9', 1]]),
      nothing: undefined,
      nested: [[null]],
    };
    expect(decode(encode(value))).toEqual(value);
    expect(decode(encode(undefined))).toBeUndefined();
  });

  it('gives equal bytes for equal values, so that they are one artifact', () => {
    expect(encode({ a: new Float32Array(3) })).toEqual(encode({ a: new Float32Array(3) }));
  });

  it('refuses bytes of another version', () => {
    const bytes = encode({ a: 1 });
    bytes[0] = 2;
    expect(() => decode(bytes)).toThrow('has format 2');
  });
});
