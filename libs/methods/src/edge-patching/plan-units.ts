import { blockBytes, edgeBlockBytes, edgeGraphBytes, edgeRunBytes } from '../memory/bytes.js';
import { type ChunkWork, type Cost, type Pass, costOf, flopsOf, runPasses } from '../memory/cost.js';
import { blockFlops, edgeBlockFlops } from '../memory/flops.js';
import { edgeChunks } from '../edges/edge-runs.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { MethodContext } from '../method.js';
import type { Chunk } from '../patching/chunk-pairs.js';
import { cutWork } from '../patching/cut-work.js';
import type { Params } from './params.js';

/** Some equally long pairs × some destinations: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: readonly number[];
  firstDestination: number;
  endDestination: number;
}

/** Cuts the work by prompt length and memory, then by destinations. */
export function planUnits(context: MethodContext<Params>): Unit[] {
  return edgeChunks(context).flatMap((chunk) =>
    cutWork(destinationPasses(context, chunk).map(flopsOf)).map(({ first, end }) => {
      return { pairs: chunk.indices, firstDestination: first, endDestination: end };
    }),
  );
}

export function cost(context: MethodContext<Params>): Cost {
  const { architecture, params } = context;
  const { heads } = architecture;
  const kept = edgeRunBytes(architecture, params.metric);
  const work = edgeChunks(context).map((chunk): ChunkWork => {
    const destinations = destinationPasses(context, chunk);
    // The heads of a layer get their edges in one pass for each of q, k and v; each head then runs on by itself.
    const attention = destinations.flatMap((pass, i): Pass[] => {
      const { kind } = edgeGraphOf(architecture).destinations[i] ?? {};
      const flops = edgeBlockFlops(architecture, chunk.length, 1);
      const bytes = edgeBlockBytes(architecture, chunk.length, params.metric, 1);
      return kind === 'head' ? [{ ...pass, layers: 1, flops, bytes, times: 1 / heads }] : [];
    });
    const passes = [...runPasses(architecture, chunk, params.metric), ...destinations, ...attention];
    return { pairs: chunk.indices.length, length: chunk.length, kept, passes };
  });
  return costOf(context, work, { opened: edgeGraphBytes(architecture) });
}

/** By destination, the rows of all edges into it: an edge costs a run from its destination's layer. */
function destinationPasses(
  { architecture, params }: MethodContext<Params>,
  { indices, length, changed }: Chunk,
): Pass[] {
  const graph = edgeGraphOf(architecture);
  const flops = blockFlops(architecture, length);
  const bytes = blockBytes(architecture, length, params.metric);
  return graph.destinations.map((destination, i) => {
    const layers = destination.kind === 'logits' ? 0 : architecture.layers - destination.layer;
    return { rows: graph.seenBy(i) * indices.length, positions: changed, layers, flops, bytes };
  });
}
