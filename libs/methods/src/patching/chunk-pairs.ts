import type { Pair } from '@patchbay/tasks';
import type { Architecture } from '@patchbay/transformer';
import { batchesOf } from '../memory/batches.js';
import { type RowBytes, blockBytes } from '../memory/bytes.js';
import type { MethodContext } from '../method.js';
import type { Ablation } from './donor.js';

/** Equally long pairs whose runs are kept together. */
export interface Chunk {
  /** indices of the task's pairs */
  indices: number[];
  length: number;
  /** mean number of positions from the first one on at which base and donor differ */
  changed: number;
}

/**
 * The task's pairs in chunks that fit in memory.
 *
 * @param kept of a pair, in all its runs
 * @param computed at work for a pair, where a chunk's pairs stay together in all that is done with them
 */
export function chunksOf(
  { architecture, pairs, memory }: MethodContext<unknown>,
  { kept, computed, metric }: { kept: RowBytes; metric: string; computed?: (length: number) => RowBytes },
  ablation: Ablation = 'resample',
): Chunk[] {
  const differs = sameUntil(architecture, ablation);
  const most = (length: number): number =>
    memory.pairsInChunk(
      length,
      kept,
      computed?.(length) ?? blockBytes(architecture, length, metric),
      computed !== undefined,
    );
  return chunkPairs(pairs, most).map((indices) => {
    const theirs = indices.map((i) => pairs[i] as Pair);
    const length = theirs[0]?.clean.length ?? 0;
    const changed = theirs.reduce((sum, pair) => sum + Math.max(1, length - differs(pair)), 0) / theirs.length;
    return { indices, length, changed };
  });
}

/**
 * Indices of the pairs in chunks of equally long prompts. Pairs that first differ at the same position come together,
 * since what is before that position need not be computed.
 *
 * @param mostOf pairs that a chunk of prompts of this length may hold
 */
export function chunkPairs(pairs: readonly Pair[], mostOf: (length: number) => number): number[][] {
  const differsFrom = (i: number): number => firstDifference(pairs[i]);
  const order = [...pairs.keys()].sort((i, j) => differsFrom(i) - differsFrom(j));
  return batchesOf(order, (i) => pairs[i]?.clean.length ?? 0, mostOf);
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
