import { type Circuit, EdgeGraph, type EdgeGraphShape } from '@patchbay/circuit';

/** A circuit's scores and edges as Postgres keeps them, each in one column in the graph's canonical order. */
export interface CircuitColumns {
  /** float64, little-endian, NaN where an edge was not scored */
  scores: Uint8Array<ArrayBuffer>;
  /** a bit an edge, the first in the lowest bit */
  kept: Uint8Array<ArrayBuffer>;
}

export function toColumns({ scores, kept }: Circuit): CircuitColumns {
  const bits = new Uint8Array(Math.ceil(kept.length / 8));
  kept.forEach((one, edge) => (bits[edge >> 3] = (bits[edge >> 3] ?? 0) | (one << (edge & 7))));
  return { scores: new Uint8Array(scores.slice().buffer), kept: bits };
}

export function fromColumns(shape: EdgeGraphShape, { scores, kept }: CircuitColumns): Circuit {
  const graph = new EdgeGraph(shape);
  return {
    graph,
    // copied, so that the values are aligned
    scores: new Float64Array(new Uint8Array(scores).buffer),
    kept: Uint8Array.from({ length: graph.size }, (_, edge) => ((kept[edge >> 3] ?? 0) >> (edge & 7)) & 1),
  };
}
