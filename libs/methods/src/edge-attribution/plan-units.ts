import { edgeBytesPerToken } from '../edges/edge-runs.js';
import type { MethodContext } from '../method.js';
import { chunkPairs } from '../patching/chunk-pairs.js';
import { blockFlopsPerToken, cutWork } from '../patching/cut-work.js';
import type { Way } from './ways.js';

/** Some equally long pairs × some ways: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: number[];
  ways: Way[];
}

/** A pass forward, the same again on the way back, and the way back itself at twice that. */
const PASSES = 4;
/** Copies of [3 · heads, d_model] for each token that one layer's gradient graph holds at once, near enough. */
const COPIES = 3;

/** Cuts the work by prompt length and memory, then by ways. */
export function planUnits(context: MethodContext<unknown>, ways: readonly Way[], steps: number): Unit[] {
  const { architecture, pairs } = context;
  const { layers, heads, dModel } = architecture;
  const bytes = edgeBytesPerToken(context) + 4 * COPIES * 3 * heads * dModel;
  return chunkPairs(pairs, bytes).flatMap((chunk) => {
    const tokens = chunk.length * (pairs[chunk[0] ?? 0]?.clean.length ?? 0);
    const flops = ways.map(({ of }) => {
      const passed = of.site === 'input' ? layers : layers - of.layer;
      return PASSES * steps * tokens * passed * blockFlopsPerToken(architecture);
    });
    return cutWork(flops).map(({ first, end }) => ({ pairs: chunk, ways: ways.slice(first, end) }));
  });
}
