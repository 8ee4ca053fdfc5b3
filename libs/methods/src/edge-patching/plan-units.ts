import type { MethodContext } from '../method.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeBytesPerToken } from '../edges/edge-runs.js';
import { chunkPairs } from '../patching/chunk-pairs.js';
import { blockFlopsPerToken, cutWork } from '../patching/cut-work.js';
import type { Params } from './params.js';

/** Some equally long pairs × some destinations: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: number[];
  firstDestination: number;
  endDestination: number;
}

/** Cuts the work by prompt length and memory, then by destinations: an edge costs a run from its destination's layer. */
export function planUnits(context: MethodContext<Params>): Unit[] {
  const { architecture, pairs } = context;
  const graph = edgeGraphOf(architecture);
  return chunkPairs(pairs, edgeBytesPerToken(context)).flatMap((chunk) => {
    const tokens = chunk.length * (pairs[chunk[0] ?? 0]?.clean.length ?? 0);
    const flops = graph.destinations.map((destination, i) => {
      const layers = destination.kind === 'logits' ? 0 : architecture.layers - destination.layer;
      return graph.seenBy(i) * tokens * layers * blockFlopsPerToken(architecture);
    });
    return cutWork(flops).map(({ first, end }) => ({ pairs: chunk, firstDestination: first, endDestination: end }));
  });
}
