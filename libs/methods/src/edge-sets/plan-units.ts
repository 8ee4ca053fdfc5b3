import { edgeChunks } from '../edges/edge-runs.js';
import { edgeSetBytes } from '../edges/run-edge-sets.js';
import { edgeGraphBytes, edgeRunBytes } from '../memory/bytes.js';
import { type ChunkWork, type Cost, type Pass, costOf, flopsOf, runPasses } from '../memory/cost.js';
import { edgeBlockFlops } from '../memory/flops.js';
import type { MethodContext } from '../method.js';
import type { Chunk } from '../patching/chunk-pairs.js';
import { cutWork } from '../patching/cut-work.js';
import type { Ablation } from '../patching/donor.js';

/** Some equally long pairs × some edge sets: what one activity computes. A set's name says what is in it. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: readonly number[];
  sets: readonly string[];
}

/** What every method that measures edge sets has among its parameters. */
export type SetContext = MethodContext<{ ablation: Ablation; metric: string }>;

/** Cuts the work by prompt length and memory, then by sets: each costs a whole run. */
export function planUnits(sets: readonly string[], context: SetContext): Unit[] {
  return edgeChunks(context).flatMap((chunk) => {
    const flops = flopsOf(passOf(context, chunk, 1));
    return cutWork(sets.map(() => flops)).map(({ first, end }) => ({
      pairs: chunk.indices,
      sets: sets.slice(first, end),
    }));
  });
}

/** What measuring so many sets takes. */
export function costOfSets(sets: number, context: SetContext): Cost {
  const { architecture, params } = context;
  const kept = edgeRunBytes(architecture, params.metric);
  const chunks = edgeChunks(context).map((chunk): ChunkWork => {
    const passes = [...runPasses(architecture, chunk, params.metric), passOf(context, chunk, sets)];
    return { pairs: chunk.indices.length, length: chunk.length, kept, passes };
  });
  return costOf(context, chunks, { opened: edgeGraphBytes(architecture) });
}

function passOf(context: SetContext, { indices, length, changed }: Chunk, sets: number): Pass {
  const { architecture } = context;
  const flops = edgeBlockFlops(architecture, length);
  const bytes = edgeSetBytes(context, length);
  return { rows: sets * indices.length, positions: changed, layers: architecture.layers, flops, bytes };
}
