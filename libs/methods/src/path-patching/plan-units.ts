import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeChunks } from '../edges/edge-runs.js';
import { type RowBytes, blockBytes, edgeBlockBytes, edgeGraphBytes, edgeRunBytes } from '../memory/bytes.js';
import { type ChunkWork, type Cost, type Pass, costOf, flopsOf, runPasses } from '../memory/cost.js';
import { blockFlops } from '../memory/flops.js';
import type { MethodContext } from '../method.js';
import type { Chunk } from '../patching/chunk-pairs.js';
import { cutWork } from '../patching/cut-work.js';
import type { Params } from './params.js';
import { readLogits, receiversOf } from './receivers.js';

/** Some equally long pairs × some senders: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: readonly number[];
  /** indices of the graph's sources */
  firstSender: number;
  endSender: number;
}

/** Cuts the work by prompt length and memory, then by senders. @throws PatchbayError as `receiversOf` does */
export function planUnits(context: MethodContext<Params>): Unit[] {
  return edgeChunks(context).flatMap((chunk) =>
    cutWork(senderPasses(context, chunk).map(flopsOf)).map(({ first, end }) => {
      return { pairs: chunk.indices, firstSender: first, endSender: end };
    }),
  );
}

export function cost(context: MethodContext<Params>): Cost {
  const { architecture, params } = context;
  const kept = edgeRunBytes(architecture, params.metric);
  const work = edgeChunks(context).map((chunk): ChunkWork => {
    // Senders of all layers share batches, as far as they reach the same receivers.
    const senders = senderPasses(context, chunk);
    const layers = senders.reduce((sum, pass) => sum + pass.layers, 0) / senders.length;
    const together = senders.slice(0, 1).map((pass) => ({ ...pass, rows: pass.rows * senders.length, layers }));
    const passes = [...runPasses(architecture, chunk, params.metric), ...together];
    return { pairs: chunk.indices.length, length: chunk.length, kept, passes };
  });
  return costOf(context, work, { opened: edgeGraphBytes(architecture) });
}

/** Memory at work for one sender and pair. */
export function senderBytes({ architecture, params }: MethodContext<Params>, length: number): RowBytes {
  const receivers = receiversOf(edgeGraphOf(architecture), params.receiver);
  return readLogits(receivers)
    ? blockBytes(architecture, length, params.metric)
    : edgeBlockBytes(architecture, length, params.metric, 1);
}

/** By sender, its way to the receivers, and the way from them to the answer. */
function senderPasses(context: MethodContext<Params>, { indices, length, changed }: Chunk): Pass[] {
  const { architecture, params } = context;
  const receivers = receiversOf(edgeGraphOf(architecture), params.receiver);
  const senders = Math.max(...receivers.map(({ seen }) => seen));
  const pass: Pass = {
    rows: indices.length,
    // With heads frozen positions do not interact, so the logits are reached from the last one alone.
    positions: readLogits(receivers) ? 1 : changed,
    layers: architecture.layers,
    flops: blockFlops(architecture, length),
    bytes: senderBytes(context, length),
  };
  return Array<Pass>(senders).fill(pass);
}
