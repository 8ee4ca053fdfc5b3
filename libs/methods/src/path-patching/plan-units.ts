import type { MethodContext } from '../method.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeBytesPerToken } from '../edges/edge-runs.js';
import { chunkPairs } from '../patching/chunk-pairs.js';
import { blockFlopsPerToken, cutWork } from '../patching/cut-work.js';
import type { Params } from './params.js';
import { readLogits, receiversOf } from './receivers.js';

/** Some equally long pairs × some senders: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: number[];
  /** indices of the graph's sources */
  firstSender: number;
  endSender: number;
}

/** Cuts the work by prompt length and memory, then by senders. @throws PatchbayError as `receiversOf` does */
export function planUnits(context: MethodContext<Params>): Unit[] {
  const { architecture, pairs, params } = context;
  const graph = edgeGraphOf(architecture);
  const receivers = receiversOf(graph, params.receiver);
  const senders = Math.max(...receivers.map(({ seen }) => seen));
  return chunkPairs(pairs, edgeBytesPerToken(context)).flatMap((chunk) => {
    const positions = readLogits(receivers) ? 1 : (pairs[chunk[0] ?? 0]?.clean.length ?? 0);
    const one = chunk.length * positions * architecture.layers * blockFlopsPerToken(architecture);
    const ranges = cutWork(Array<number>(senders).fill(one));
    return ranges.map(({ first, end }) => ({ pairs: chunk, firstSender: first, endSender: end }));
  });
}
