import { type Circuit, edgesAmong } from '../circuit.js';
import { EdgeGraph } from '../edge-graph.js';
import type { ReferenceCircuit } from './reference-circuit.js';

/** A reference as a circuit without scores; where only nodes were published, all edges among them are in. */
export function circuitOfReference({ shape, nodes, edges }: ReferenceCircuit): Circuit {
  const graph = new EdgeGraph(shape);
  const scores = new Float64Array(graph.size).fill(NaN);
  if (!edges) return { graph, scores, kept: edgesAmong(graph, new Set(nodes)) };
  const kept = new Uint8Array(graph.size);
  for (const name of edges) kept[graph.edgeNamed(name) ?? NaN] = 1;
  return { graph, scores, kept };
}
