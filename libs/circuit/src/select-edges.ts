import type { EdgeGraph } from './edge-graph.js';
import { Heap } from './heap.js';

/** `signed`: the most useful first (CPR); `absolute`: the largest effect either way first (CMD). */
export type Ranking = 'signed' | 'absolute';

/** What an edge is ranked by; one that was not scored comes after all that were. */
const worth = (score: number | undefined, ranking: Ranking): number => {
  if (score === undefined || Number.isNaN(score)) return -Infinity;
  return ranking === 'absolute' ? Math.abs(score) : score;
};

/** All edges, best first; ties by the graph's order. */
export function rankEdges(scores: Float64Array, ranking: Ranking): Uint32Array {
  const worths = Float64Array.from(scores, (score) => worth(score, ranking));
  // Equal infinities differ by NaN, which sorts as equal and falls through to the order.
  return Uint32Array.from(scores.keys()).sort((a, b) => (worths[b] ?? 0) - (worths[a] ?? 0) || a - b);
}

/** The best `count` edges. */
export function topEdges(scores: Float64Array, count: number, ranking: Ranking): Uint8Array {
  const kept = new Uint8Array(scores.length);
  for (const edge of rankEdges(scores, ranking).subarray(0, count)) kept[edge] = 1;
  return kept;
}

/** Edges that are worth more than a threshold. */
export const edgesAbove = (scores: Float64Array, threshold: number, ranking: Ranking): Uint8Array =>
  Uint8Array.from(scores, (score) => (worth(score, ranking) > threshold ? 1 : 0));

/**
 * `count` edges, best first from the logits back: only edges into nodes that are in are looked at, and an edge brings
 * its source in (MIB's greedy selection, after Ferrando and Voita 2024). Nothing dangles at its upper end.
 */
export function greedyEdges(graph: EdgeGraph, scores: Float64Array, count: number, ranking: Ranking): Uint8Array {
  const kept = new Uint8Array(graph.size);
  const reached = new Set<string>();
  const intoNode = edgesIntoNodes(graph);
  const open = new Heap<number>((a, b) => {
    const [first, second] = [worth(scores[a], ranking), worth(scores[b], ranking)];
    return first === second ? a < b : first > second;
  });
  const enter = (node: string): void => {
    if (reached.has(node)) return;
    reached.add(node);
    for (const edge of intoNode.get(node) ?? []) open.push(edge);
  };
  enter('logits');
  for (let taken = 0; taken < count; taken++) {
    const edge = open.pop();
    if (edge === undefined) break;
    kept[edge] = 1;
    enter(graph.sourceName(graph.ends(edge).source));
  }
  return kept;
}

function edgesIntoNodes(graph: EdgeGraph): Map<string, number[]> {
  const into = new Map<string, number[]>();
  for (let destination = 0; destination < graph.destinations.length; destination++) {
    const node = graph.nodeOfDestination(destination);
    const edges = into.get(node) ?? [];
    for (let source = 0; source < graph.seenBy(destination); source++) {
      const edge = graph.edge(source, destination);
      if (edge !== undefined) edges.push(edge);
    }
    into.set(node, edges);
  }
  return into;
}
