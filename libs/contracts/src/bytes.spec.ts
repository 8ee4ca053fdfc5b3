import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesText, parseBytes } from './bytes.js';

describe('bytes', () => {
  it.each([
    ['8GB', 8 * 2 ** 30],
    ['1.5 mb', 1.5 * 2 ** 20],
    ['4096', 4096],
    ['700B', 700],
  ])('%s is %d', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(['', 'much', '-1GB', '8 potatoes', '0', '1e9', '99999999TB'])('%j is no count of bytes', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });

  it('are read with the digits that mean something, and come back to within them', () => {
    expect([0, 1023, 1024, 191889408].map(bytesText)).toEqual(['0 B', '1023 B', '1.0 KB', '183 MB']);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (bytes) => {
        expect(Math.abs((parseBytes(bytesText(bytes)) ?? NaN) / bytes - 1)).toBeLessThan(0.06);
      }),
    );
  });
});
