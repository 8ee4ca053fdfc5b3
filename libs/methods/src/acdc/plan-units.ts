import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { MethodContext } from '../method.js';
import { blockFlopsPerToken, cutWork } from '../patching/cut-work.js';
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
  const tokens = pairs.reduce((total, pair) => total + pair.clean.length, 0);
  const unembedding = 2 * pairs.length * architecture.dModel * architecture.vocabulary;
  const flops = visitOrder(graph, params.order, seed)
    .flat()
    .map((edge) => {
      const destination = graph.destinations[graph.ends(edge).destination];
      const layers = !destination || destination.kind === 'logits' ? 0 : architecture.layers - destination.layer;
      return layers * tokens * blockFlopsPerToken(architecture) + unembedding;
    });
  const range = cutWork(flops).find(({ end }) => (scan?.at ?? 0) < end);
  return range ? [{ scan, end: range.end }] : [];
}
