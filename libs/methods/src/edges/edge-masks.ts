import type { EdgeGraph } from '@patchbay/circuit';
import type { EdgeMasks, Floats } from '@patchbay/transformer';

/**
 * Edge sets as the masks that the masked forward pass takes, one set for each row of its batch.
 *
 * @param removed by row, by edge in canonical order: 1 where the edge carries the donor's value
 */
export function edgeMasks(graph: EdgeGraph, removed: readonly Uint8Array[]): EdgeMasks {
  const { layers } = graph.shape;
  const into = (first: string, destinations: number): Floats | undefined => {
    const destination = graph.destination(first);
    return destination === undefined ? undefined : maskOf(graph, removed, destination, destinations);
  };
  const every = Array.from({ length: layers }, (_, layer) => layer);
  return {
    attention: every.map((layer) => into(`a${layer}.h0<q>`, 3 * graph.shape.heads)),
    mlp: every.map((layer) => into(`m${layer}`, 1)),
    logits: into('logits', 1),
  };
}

/** Mask [rows, sources(, destinations)] of the edges into consecutive destinations; undefined where none is removed. */
function maskOf(
  graph: EdgeGraph,
  removed: readonly Uint8Array[],
  destination: number,
  destinations: number,
): Floats | undefined {
  const sources = graph.seenBy(destination);
  // Edges into a layer's heads, an MLP or the logits are consecutive, source by source: a mask is a piece of the set.
  const first = graph.edge(0, destination) ?? 0;
  const size = sources * destinations;
  const data = new Float32Array(removed.length * size);
  removed.forEach((set, row) => data.set(set.subarray(first, first + size), row * size));
  if (!data.includes(1)) return undefined;
  return { data, dims: [removed.length, sources, ...(destinations === 1 ? [] : [destinations])] };
}
