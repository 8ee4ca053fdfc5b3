import { type Circuit, circuitOfResult, EdgeGraph, selectCircuit, writeCircuit } from '@patchbay/circuit';
import { invalidInput, type Result } from '@patchbay/contracts';
import type { ExportQuery } from './export-query.js';

/** A result as a circuit of its model's graph. @throws PatchbayError `invalid-input` where it scores nothing of it */
export function circuitOf(result: Result): Circuit {
  const { graph } = result.manifest.model;
  if (graph) return circuitOfResult(result, new EdgeGraph(graph));
  throw invalidInput('The run does not say what graph its model has.', 'Run it again: newer runs do.');
}

/** The text of a circuit file. */
export function exportRun(result: Result, { format, ...selection }: ExportQuery): string {
  const circuit = selectCircuit(circuitOf(result), selection);
  return writeCircuit(circuit, format, { slug: result.manifest.method.id, scan: result.manifest.model.name });
}
