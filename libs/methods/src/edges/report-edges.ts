import type { Architecture } from '@patchbay/transformer';
import { edgeGraphOf } from './edge-graph-of.js';

/** Scores of all edges, by name, in the graph's canonical order. */
export function inCanonicalOrder(scores: Record<string, number>, architecture: Architecture): Record<string, number> {
  const graph = edgeGraphOf(architecture);
  const names = Array.from({ length: graph.size }, (_, edge) => graph.edgeName(edge));
  return Object.fromEntries(names.map((name) => [name, scores[name] ?? NaN]));
}

/** What every method over edges means by one, for the manifest. */
export const EDGE_CONVENTIONS = {
  bias: 'attention output biases belong to no edge; MLP output biases belong to the MLP',
  heads:
    'q, k and v edges of every query head, under grouped keys too; where a norm follows attention a head writes its share under its own run’s scale',
};

/** What removing an edge does, where it is done and not estimated. */
export const REMOVED_EDGE =
  'a source’s output as one destination reads it before its norm, at all positions; everything after is recomputed';
