import { type EdgeGraph, sourceName } from './edge-graph.js';

/** A set of edges of a model's graph, with each edge's importance where a method scored it. */
export interface Circuit {
  graph: EdgeGraph;
  /** by edge: how much its removal hurts, positive = useful; NaN where it was not scored */
  scores: Float64Array;
  /** by edge: 1 where it is in the circuit */
  kept: Uint8Array;
  /** by name, where it was nodes that a method scored; the edges' scores then follow from them */
  nodeScores?: ReadonlyMap<string, number>;
  /** effects by edge's name and pair, where a result has them, and the sign that makes importances of them */
  byPair?: { sign: 1 | -1; effects: Readonly<Record<string, readonly (number | null)[]>> };
}

/** A circuit's scores and edges as bytes: what tells it apart, whatever its name or format. */
export function circuitBytes({ scores, kept }: Circuit): Uint8Array {
  const bytes = new Uint8Array(scores.byteLength + kept.length);
  bytes.set(new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength));
  bytes.set(kept, scores.byteLength);
  return bytes;
}

/** By edge its importance for each pair; undefined where some edge lacks a value for some pair. */
export function importanceByPair({ graph, byPair }: Circuit): Float64Array[] | undefined {
  if (!byPair) return undefined;
  const values: Float64Array[] = [];
  for (let edge = 0; edge < graph.size; edge++) {
    const effects = byPair.effects[graph.edgeName(edge)];
    if (!effects || effects.length === 0 || effects.includes(null)) return undefined;
    values.push(Float64Array.from(effects, (effect) => byPair.sign * (effect ?? NaN)));
  }
  return values;
}

/** Indices of the edges that are kept, ascending. */
export const keptEdges = (kept: Uint8Array): number[] => [...kept.keys()].filter((edge) => kept[edge] === 1);

export const countKept = (kept: Uint8Array): number => kept.reduce((count, one) => count + one, 0);

/** Heads and MLPs that some kept edge enters or leaves, in the order in which they are written. */
export function keptNodes(graph: EdgeGraph, kept: Uint8Array): string[] {
  const touched = new Set<string>();
  for (const edge of keptEdges(kept)) {
    const { source, destination } = graph.ends(edge);
    touched.add(graph.sourceName(source)).add(graph.nodeOfDestination(destination));
  }
  return graph.sources
    .filter(({ kind }) => kind === 'head' || kind === 'mlp')
    .map(sourceName)
    .filter((node) => touched.has(node));
}

/**
 * The edges whose ends are both among some nodes, the inputs or the logits: a circuit of nodes, as MIB reads it, keeps
 * all edges between them.
 */
export function edgesAmong(graph: EdgeGraph, nodes: ReadonlySet<string>): Uint8Array {
  const isEnd = (node: string): boolean => node === 'input' || node === 'pos' || node === 'logits' || nodes.has(node);
  return Uint8Array.from({ length: graph.size }, (_, edge) => {
    const { source, destination } = graph.ends(edge);
    return isEnd(graph.sourceName(source)) && isEnd(graph.nodeOfDestination(destination)) ? 1 : 0;
  });
}
