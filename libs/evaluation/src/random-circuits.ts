import { countKept, type EdgeGraph, sourceName } from '@patchbay/circuit';
import type { Random } from '@patchbay/tasks';

/** Any edges, so many. */
export function randomEdges(graph: EdgeGraph, count: number, random: Random): Uint8Array {
  const kept = new Uint8Array(graph.size);
  const order = Uint32Array.from({ length: graph.size }, (_, edge) => edge);
  for (let i = 0; i < count; i++) {
    const j = random.between(i, graph.size - 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    kept[order[i] ?? 0] = 1;
  }
  return kept;
}

/**
 * A circuit in which nothing dangles: random paths from an input to the logits, until it has at least so many edges (Shi
 * et al. 2024, §3.4).
 */
export function randomCircuit(graph: EdgeGraph, count: number, random: Random): Uint8Array {
  const kept = new Uint8Array(graph.size);
  while (countKept(kept) < Math.min(count, graph.size)) for (const edge of randomPath(graph, random)) kept[edge] = 1;
  return kept;
}

/** A circuit with one random path added to it that it lacks some edge of; undefined where it is the whole graph. */
export function inflate(
  graph: EdgeGraph,
  kept: Uint8Array,
  random: Random,
): { inflated: Uint8Array; added: number[] } | undefined {
  if (countKept(kept) === graph.size) return undefined;
  for (;;) {
    const path = randomPath(graph, random);
    const added = path.filter((edge) => kept[edge] !== 1);
    if (added.length === 0) continue;
    const inflated = kept.slice();
    for (const edge of added) inflated[edge] = 1;
    return { inflated, added };
  }
}

/** Edges of a walk from an input to the logits, each step any reader of what was just written. */
export function randomPath(graph: EdgeGraph, random: Random): number[] {
  const inputs = graph.sources.filter(({ kind }) => kind === 'input' || kind === 'pos').length;
  const path: number[] = [];
  for (let source: number | undefined = random.below(inputs); source !== undefined;) {
    // Readers come later than what they read: the last destinations of the canonical order, from the first that sees it.
    const first = firstReader(graph, source);
    const destination: number = random.between(first, graph.destinations.length - 1);
    path.push(graph.edge(source, destination) ?? NaN);
    const reader = graph.destinations[destination];
    source = reader && reader.kind !== 'logits' ? graph.source(sourceName(reader)) : undefined;
  }
  return path;
}

/** Destinations see a growing number of sources, in canonical order: bisection. */
function firstReader(graph: EdgeGraph, source: number): number {
  let [low, high] = [0, graph.destinations.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (graph.seenBy(middle) > source) high = middle;
    else low = middle + 1;
  }
  return low;
}
