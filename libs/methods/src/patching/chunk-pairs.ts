import type { Pair } from '@patchbay/tasks';
import type { Architecture } from '@patchbay/transformer';
import type { Ablation } from './donor.js';

/** Memory of what is kept of a chunk of pairs, runs and all: chunks are cut so that it stays near twice this. */
const CACHE_BYTES = 256 * 1024 * 1024;

/**
 * Indices of the pairs in chunks of equally long prompts (no padding anywhere) that fit in memory. Pairs that first
 * differ at the same position come together, since what is before that position need not be computed.
 */
export function chunkPairs(pairs: readonly Pair[], bytesPerToken: number): number[][] {
  const lengthOf = (i: number): number => pairs[i]?.clean.length ?? 0;
  const differsFrom = (i: number): number => firstDifference(pairs[i]);
  const order = [...pairs.keys()].sort((i, j) => lengthOf(i) - lengthOf(j) || differsFrom(i) - differsFrom(j) || i - j);
  const chunks: number[][] = [];
  for (const i of order) {
    const chunk = chunks.at(-1);
    const most = Math.max(1, Math.floor(CACHE_BYTES / (bytesPerToken * lengthOf(i))));
    if (chunk && chunk.length < most && lengthOf(chunk[0] ?? 0) === lengthOf(i)) chunk.push(i);
    else chunks.push([i]);
  }
  return chunks;
}

/** First position at which the prompts differ; the length where they do not. */
export function firstDifference(pair: Pair | undefined): number {
  const at = pair?.clean.findIndex((id, t) => id !== pair.corrupted[t]) ?? -1;
  return at < 0 ? (pair?.clean.length ?? 0) : at;
}

/**
 * By pair, the position before which base and donor agree in every layer; bidirectional attention carries any
 * difference back, and means and zeros differ everywhere.
 */
export const sameUntil =
  ({ attention }: Architecture, ablation: Ablation) =>
  (pair: Pair): number =>
    ablation === 'resample' && attention !== 'bidirectional' ? firstDifference(pair) : 0;
