import { edgeChunks } from '../edges/edge-runs.js';
import { type RowBytes, blockWeightBytes, edgeBlockBytes, edgeRunBytes, sourcesOf } from '../memory/bytes.js';
import { type ChunkWork, type Cost, type Pass, costOf, flopsOf, runPasses } from '../memory/cost.js';
import { edgeBlockFlops } from '../memory/flops.js';
import type { MethodContext } from '../method.js';
import type { Chunk } from '../patching/chunk-pairs.js';
import { cutWork } from '../patching/cut-work.js';
import type { EapParams } from './params.js';
import type { Way } from './ways.js';

/** Some equally long pairs × some ways: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: readonly number[];
  ways: Way[];
}

type Context = MethodContext<EapParams>;

/** A pass forward, the same again on the way back, and the way back itself at twice that. */
const PASSES = 4;

/** Cuts the work by prompt length and memory, then by ways. */
export function planUnits(context: Context, ways: readonly Way[], steps: number): Unit[] {
  return chunks(context).flatMap((chunk) =>
    cutWork(wayPasses(context, chunk, ways, steps).map(flopsOf)).map(({ first, end }) => {
      return { pairs: chunk.indices, ways: ways.slice(first, end) };
    }),
  );
}

export function costOfWays(context: Context, ways: readonly Way[], steps: number): Cost {
  const { architecture, params } = context;
  const kept = edgeRunBytes(architecture, params.metric);
  const work = chunks(context).map((chunk): ChunkWork => {
    const passes = [...runPasses(architecture, chunk, params.metric), ...wayPasses(context, chunk, ways, steps)];
    return { pairs: chunk.indices.length, length: chunk.length, kept, passes };
  });
  return costOf(context, work, { opened: blockWeightBytes(architecture) });
}

/** One layer's gradient graph is the largest thing at work: all pairs of a chunk go through it together. */
const gradientBytes = ({ architecture, params }: Context, length: number): RowBytes =>
  edgeBlockBytes(architecture, length, params.metric, 0);

const chunks = (context: Context): Chunk[] => edgeChunks(context, (length) => gradientBytes(context, length));

function wayPasses(context: Context, { indices, length, changed }: Chunk, ways: readonly Way[], steps: number): Pass[] {
  const { architecture } = context;
  return ways.map(({ of, first, end }) => ({
    ...{ rows: indices.length, positions: changed, whole: true, times: steps * PASSES },
    layers: of.site === 'input' ? architecture.layers : architecture.layers - of.layer,
    // Half of a layer's sources are seen on the average, in one of the passes.
    flops: edgeBlockFlops(architecture, length, Math.min(end - first, sourcesOf(architecture) / 2) / PASSES),
    bytes: gradientBytes(context, length),
  }));
}
