import { invalidInput } from '@patchbay/contracts';
import { EdgeGraph, type EdgeGraphShape, countEdges } from '../edge-graph.js';

/** Edges of a circuit: a model of 32 layers of 32 heads has 1.6 million. Bounds the memory of whatever reads one. */
export const MAX_CIRCUIT_EDGES = 2_000_000;
/** Bytes of a circuit's file: such a model's, in the most wordy format. */
export const MAX_CIRCUIT_BYTES = 128 * 1024 * 1024;
/** Most values of an edge in any format: its name, a score, whether it is in, and one to spare (CWE-400). */
const VALUES_PER_EDGE = 4;

/**
 * Refuses text that would take unbounded memory to read: by its length, and, before anything is parsed, by how many
 * values it holds.
 * @throws PatchbayError `invalid-input`
 */
export function assertReadable(text: string): void {
  if (text.length > MAX_CIRCUIT_BYTES) throw tooLarge(`${Math.ceil(text.length / 1e6)} MB`);
  const separators = text.trimStart().startsWith('{') ? ':' : '\n';
  const most = MAX_CIRCUIT_EDGES * (separators === ':' ? VALUES_PER_EDGE : 1) + 1000;
  let count = 0;
  for (let at = text.indexOf(separators); at >= 0; at = text.indexOf(separators, at + 1)) count++;
  if (count > most) throw tooLarge(`more than ${most} entries`);
}

export const tooLarge = (what: string) =>
  invalidInput(
    `The circuit's file has ${what}; ${MAX_CIRCUIT_EDGES} edges and ${MAX_CIRCUIT_BYTES / 1e6} MB are the most.`,
    'Give a circuit of fewer edges, for example only those that it keeps.',
  );

/** The graph of a shape that a file states. @throws PatchbayError `invalid-input` where it has too many edges */
export function graphOf(shape: EdgeGraphShape): EdgeGraph {
  const edges = countEdges(shape);
  if (edges <= MAX_CIRCUIT_EDGES) return new EdgeGraph(shape);
  throw tooLarge(`a graph of ${edges} edges`);
}
