import { type CircuitSelection, invalidInput } from '@patchbay/contracts';
import type { Circuit } from './circuit.js';
import { pruneEdges } from './prune-edges.js';
import { edgesAbove, greedyEdges, topEdges } from './select-edges.js';

/**
 * The circuit that a choice of edges makes of the scores, pruned; as it is where nothing was chosen.
 *
 * @throws PatchbayError `invalid-input` where more than one way to choose was given, or there are no scores to choose by
 */
export function selectCircuit(circuit: Circuit, { top, greedy, threshold, ranking }: CircuitSelection): Circuit {
  const ways = [top, greedy, threshold].filter((one) => one !== undefined).length;
  if (ways === 0) return circuit;
  if (ways > 1) {
    throw invalidInput('More than one way to choose edges was given.', 'Give one of top, greedy and threshold.');
  }
  const { graph, scores } = circuit;
  if (scores.every(Number.isNaN)) {
    throw invalidInput('The circuit has no scores to choose edges by.', 'Take it whole, or choose from a result.');
  }
  const chosen = (kept: Uint8Array): Circuit => ({ graph, scores, kept: pruneEdges(graph, kept) });
  if (top !== undefined) return chosen(topEdges(scores, top, ranking));
  if (greedy !== undefined) return chosen(greedyEdges(graph, scores, greedy, ranking));
  return chosen(edgesAbove(scores, threshold ?? NaN, ranking));
}
