import { blockBytes, runBytes } from '../memory/bytes.js';
import { type ChunkWork, type Cost, costOf, flopsOf, runPasses } from '../memory/cost.js';
import { blockFlops } from '../memory/flops.js';
import type { MethodContext } from '../method.js';
import { type Chunk, chunksOf } from '../patching/chunk-pairs.js';
import { cutWork } from '../patching/cut-work.js';
import type { Params } from './params.js';

/** Some equally long pairs × some layers: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: readonly number[];
  firstLayer: number;
  endLayer: number;
}

/** Cuts the work by prompt length and memory, then by layers. */
export function planUnits(context: MethodContext<Params>): Unit[] {
  return chunks(context).flatMap((chunk) =>
    cutWork(layerPasses(context, chunk).map(flopsOf)).map(({ first, end }) => {
      return { pairs: chunk.indices, firstLayer: first, endLayer: end };
    }),
  );
}

export function cost(context: MethodContext<Params>): Cost {
  const { architecture, params } = context;
  const kept = runBytes(architecture, params.metric);
  const work = chunks(context).map((chunk): ChunkWork => {
    const passes = [...runPasses(architecture, chunk, params.metric), ...layerPasses(context, chunk)];
    return { pairs: chunk.indices.length, length: chunk.length, kept, passes };
  });
  return costOf(context, work);
}

const chunks = (context: MethodContext<Params>): Chunk[] => {
  const { donor, metric } = context.params;
  return chunksOf(context, { kept: runBytes(context.architecture, metric), metric }, donor);
};

/** The patched rows of each layer, which run from there to the last one. */
function layerPasses({ architecture, params }: MethodContext<Params>, { indices, length, changed }: Chunk) {
  const { layers, heads } = architecture;
  const sites = indices.length * (params.site === 'z' ? heads : 1);
  // One position at a time, a row starts at any of those that change.
  const [rows, positions] = params.positions === 'each' ? [sites * changed, (changed + 1) / 2] : [sites, changed];
  const flops = blockFlops(architecture, length);
  const bytes = blockBytes(architecture, length, params.metric);
  return Array.from({ length: layers }, (_, layer) => ({ rows, positions, layers: layers - layer, flops, bytes }));
}
