import type { Architecture } from '@patchbay/transformer';

/** Arithmetic of one unit: some seconds on two cores, so that a kill loses little and the stores see little. */
const UNIT_FLOPS = 2e12;

/** Cuts a list of things to compute, by the arithmetic of each, into ranges first … end − 1 of one unit each. */
export function cutWork(flops: readonly number[]): { first: number; end: number }[] {
  const ranges: { first: number; end: number }[] = [];
  let spent = Infinity;
  for (const [i, cost] of flops.entries()) {
    if (spent >= UNIT_FLOPS) {
      ranges.push({ first: i, end: i });
      spent = 0;
    }
    const range = ranges.at(-1);
    if (range) range.end = i + 1;
    spent += cost;
  }
  return ranges;
}

/** Two per weight: the usual 12 d² of a block is near enough to cut work by. */
export const blockFlopsPerToken = ({ dModel }: Architecture): number => 24 * dModel ** 2;

/** Bytes of residPre, z, keys, values and one more site of every layer, float32. */
export const runBytesPerToken = ({ layers, dModel, heads, keyValueHeads, dHead }: Architecture): number =>
  4 * layers * (2 * dModel + (heads + 2 * keyValueHeads) * dHead);

/** Tokens that go through the model at once: enough to keep it busy, little enough for the cache of a small machine. */
export const BATCH_TOKENS = 2048;
