import { PatchbayError } from '@patchbay/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inHalves } from './in-halves.js';

/** Work that fails as ONNX Runtime does when a batch has more entries than this. */
const atMost =
  (most: number, sizes: number[] = []) =>
  (entries: readonly number[]) => {
    sizes.push(entries.length);
    const failed = new Error("running MatMul node. Name:'' Status Message: std::bad_alloc");
    return entries.length > most ? Promise.reject(failed) : Promise.resolve(entries.map((entry) => 2 * entry));
  };
const entriesUpTo = (n: number): number[] => [...Array(n).keys()];

describe('a batch in halves', () => {
  it('gives what the whole gives, in order, in parts that fit, and says so once for each halving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), async (count, most) => {
        const [sizes, notes]: [number[], string[]] = [[], []];
        const parts = await inHalves(entriesUpTo(count), atMost(most, sizes), (message) => notes.push(message));
        expect(parts.flat()).toEqual(entriesUpTo(count).map((entry) => 2 * entry));
        expect(notes).toHaveLength(sizes.filter((size) => size > most).length);
        expect(parts).toHaveLength(notes.length + 1);
      }),
    );
  });

  it('at one entry is an error that says what to do', async () => {
    await expect(inHalves([1, 2, 3], atMost(0), () => undefined)).rejects.toMatchObject({
      kind: 'out-of-memory',
      action: expect.stringContaining('shorter prompts') as unknown,
    });
  });

  it('leaves every other failure as it is', async () => {
    const failure = new PatchbayError('invalid-input', 'It is wrong.', 'Mend it.');
    const notes: string[] = [];
    const failing = inHalves(
      [1, 2],
      () => Promise.reject(failure),
      (message) => notes.push(message),
    );
    await expect(failing).rejects.toBe(failure);
    expect(notes).toEqual([]);
  });
});
