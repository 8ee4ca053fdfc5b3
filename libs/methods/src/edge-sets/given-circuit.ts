import { type Circuit, countKept, pruneEdges } from '@patchbay/circuit';
import { invalidInput } from '@patchbay/contracts';
import type { MethodContext } from '../method.js';

/** The circuit that a run evaluates. @throws Error where the platform gave none: `needs` asks for it */
export function circuitOf({ circuit }: Pick<MethodContext<unknown>, 'circuit'>): Circuit {
  if (!circuit) throw new Error('an evaluation was started without its circuit');
  return circuit;
}

/** Whether it is a part of the model, not nothing or all of it. */
export const isPart = ({ kept, graph }: Circuit): boolean => countKept(kept) > 0 && countKept(kept) < graph.size;

/** Its edges without those that dangle. @throws PatchbayError `invalid-input` where it is nothing or the whole model */
export function partOf(context: Pick<MethodContext<unknown>, 'circuit'>): Uint8Array {
  const circuit = circuitOf(context);
  const kept = pruneEdges(circuit.graph, circuit.kept);
  if (isPart({ ...circuit, kept })) return kept;
  throw invalidInput(
    `The circuit has ${countKept(kept)} of ${circuit.graph.size} edges: there is nothing to test.`,
    'Choose some of its edges first, for example with: patchbay export --top 100.',
  );
}
