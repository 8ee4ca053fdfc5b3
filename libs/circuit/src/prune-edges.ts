import { type EdgeGraph, sourceName } from './edge-graph.js';

/**
 * Drops edges at nodes that nothing reaches or that reach nothing: a head or MLP with no kept incoming or no kept
 * outgoing edge loses the others, until no more go. Inputs need no incoming edge; the logits always stay. As in
 * EAP-IG's graphs (Hanna et al. 2024).
 *
 * @param kept by edge of the graph, 1 where it is in the circuit
 * @returns a new mask
 */
export function pruneEdges(graph: EdgeGraph, kept: Uint8Array): Uint8Array {
  const { incoming, outgoing, nodes } = neighbours(graph);
  const pruned = kept.slice();
  const none = (edges: readonly number[]): boolean => edges.every((edge) => pruned[edge] !== 1);
  const drop = (edges: readonly number[]): void => edges.forEach((edge) => (pruned[edge] = 0));
  const isInput = (node: string): boolean => node === 'input' || node === 'pos';
  // Nodes are in the order in which they are written, so one pass each way reaches the fixpoint.
  for (const node of nodes) if (!isInput(node) && none(incoming.get(node) ?? [])) drop(outgoing.get(node) ?? []);
  for (const node of nodes.toReversed()) if (none(outgoing.get(node) ?? [])) drop(incoming.get(node) ?? []);
  return pruned;
}

/** Edges by the node that they enter or leave: a head's q, k and v are one node. */
function neighbours(graph: EdgeGraph) {
  const nodes = graph.sources.map(sourceName);
  const readers = graph.destinations.map((_, destination) => graph.nodeOfDestination(destination));
  const incoming = new Map<string, number[]>();
  const outgoing = new Map<string, number[]>();
  const put = (map: Map<string, number[]>, node: string, edge: number): void => {
    const edges = map.get(node);
    if (edges) edges.push(edge);
    else map.set(node, [edge]);
  };
  for (let edge = 0; edge < graph.size; edge++) {
    const { source, destination } = graph.ends(edge);
    put(outgoing, nodes[source] ?? '', edge);
    put(incoming, readers[destination] ?? '', edge);
  }
  return { nodes, incoming, outgoing };
}
