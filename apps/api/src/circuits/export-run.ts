import { type Circuit, circuitOfResult, EdgeGraph, pruneEdges, topEdges, writeCircuit } from '@patchbay/circuit';
import { invalidInput, type Result } from '@patchbay/contracts';
import type { ExportQuery } from './circuits.controller.js';

/** A result as a circuit of its model's graph. @throws PatchbayError `invalid-input` where it scores nothing of it */
export function circuitOf(result: Result): Circuit {
  const { graph } = result.manifest.model;
  if (graph) return circuitOfResult(result, new EdgeGraph(graph));
  throw invalidInput('The run does not say what graph its model has.', 'Run it again: newer runs do.');
}

/** The text of a circuit file. */
export function exportRun(result: Result, { format, top, ranking }: ExportQuery): string {
  const circuit = circuitOf(result);
  const { graph, scores } = circuit;
  const kept = top === undefined ? circuit.kept : pruneEdges(graph, topEdges(scores, top, ranking));
  const { name } = result.manifest.model;
  return writeCircuit({ ...circuit, kept }, format, { slug: result.manifest.method.id, scan: name });
}
