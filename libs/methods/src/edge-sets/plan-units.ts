import type { MethodContext } from '../method.js';
import { edgeBytesPerToken } from '../edges/edge-runs.js';
import { chunkPairs } from '../patching/chunk-pairs.js';
import { blockFlopsPerToken, cutWork } from '../patching/cut-work.js';

/** Some equally long pairs × some edge sets: what one activity computes. A set's name says what is in it. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: number[];
  sets: string[];
}

/** Cuts the work by prompt length and memory, then by sets: each costs a whole run. */
export function planUnits(sets: readonly string[], context: MethodContext<unknown>): Unit[] {
  const { architecture, pairs } = context;
  return chunkPairs(pairs, edgeBytesPerToken(context)).flatMap((chunk) => {
    const tokens = chunk.length * (pairs[chunk[0] ?? 0]?.clean.length ?? 0);
    const flops = tokens * architecture.layers * blockFlopsPerToken(architecture);
    return cutWork(sets.map(() => flops)).map(({ first, end }) => ({ pairs: chunk, sets: sets.slice(first, end) }));
  });
}
