import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeChunks } from '../edges/edge-runs.js';
import { edgeSetBytes } from '../edges/run-edge-sets.js';
import { edgeGraphBytes, edgeRunBytes } from '../memory/bytes.js';
import { type ChunkWork, type Cost, costOf, runPasses } from '../memory/cost.js';
import { blockFlops, edgeBlockFlops } from '../memory/flops.js';
import type { MethodContext } from '../method.js';
import { cutWork } from '../patching/cut-work.js';
import type { Params } from './params.js';
import type { Scan } from './scan.js';
import { visitOrder } from './visit-order.js';

/** A stretch of the scan: what one activity computes. */
export interface Unit {
  /** decisions so far; undefined at the beginning */
  scan: Scan | undefined;
  /** edges visited at its end */
  end: number;
}

/** The next stretch of the scan, cut by arithmetic: an edge costs a run from its destination's layer for every pair. */
export function nextUnit(scan: Scan | undefined, context: MethodContext<Params>): Unit[] {
  const { architecture, pairs, params, seed } = context;
  const graph = edgeGraphOf(architecture);
  const unembedding = 2 * pairs.length * architecture.dModel * architecture.vocabulary;
  const longest = Math.max(...pairs.map(({ clean }) => clean.length));
  const tokens = pairs.reduce((total, pair) => total + pair.clean.length, 0);
  const flops = visitOrder(graph, params.order, seed)
    .flat()
    .map((edge) => {
      const destination = graph.destinations[graph.ends(edge).destination];
      const layers = !destination || destination.kind === 'logits' ? 0 : architecture.layers - destination.layer;
      return layers * tokens * blockFlops(architecture, longest) + unembedding;
    });
  const range = cutWork(flops).find(({ end }) => (scan?.at ?? 0) < end);
  return range ? [{ scan, end: range.end }] : [];
}

/** Every edge tested once. Edges that go untested make it less, wrong guesses about the next ones more. */
export function cost(context: MethodContext<Params>): Cost {
  const { architecture, params } = context;
  const graph = edgeGraphOf(architecture);
  const kept = edgeRunBytes(architecture, params.metric);
  const chunks = edgeChunks(context).map(({ indices, length, changed }): ChunkWork => {
    const tests = graph.destinations.map((destination, i) => ({
      rows: graph.seenBy(i) * indices.length,
      positions: changed,
      layers: destination.kind === 'logits' ? 0 : architecture.layers - destination.layer,
      flops: edgeBlockFlops(architecture, length),
      bytes: edgeSetBytes(context, length),
    }));
    const passes = [...runPasses(architecture, { indices, length, changed }, params.metric), ...tests];
    return { pairs: indices.length, length, kept, passes };
  });
  return costOf(context, chunks, { keptAtOnce: chunks.length, opened: edgeGraphBytes(architecture) });
}
