import { describe, expect, it } from 'vitest';
import { isUuid, uuidV7 } from './uuid-v7.js';

describe('uuidV7', () => {
  it('holds the example time of RFC 9562 in its first 48 bits, with version and variant', () => {
    // RFC 9562, appendix A.6: 0x017F22E279B0 is 2022-02-22T19:22:22Z.
    expect(uuidV7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts by age and does not repeat', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => uuidV7(1_700_000_000_000 + index));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 1000 }, () => uuidV7(0))).size).toBe(1000);
    expect(ids.every(isUuid)).toBe(true);
  });
});
