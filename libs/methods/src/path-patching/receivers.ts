import type { Destination, EdgeGraph } from '@patchbay/circuit';
import { invalidInput } from '@patchbay/contracts';

export interface Receiver {
  index: number;
  destination: Destination;
  /** senders are sources 0 … seen − 1 */
  seen: number;
}

/**
 * The receivers in the order in which they read. A comma separates names written in one text.
 *
 * @throws PatchbayError `invalid-input` naming what is no input of this model
 */
export function receiversOf(graph: EdgeGraph, receiver: string | readonly string[]): Receiver[] {
  const texts = typeof receiver === 'string' ? [receiver] : receiver;
  const names = [...new Set(texts.flatMap((text) => text.split(',').map((name) => name.trim())))];
  const unknown = names.filter((name) => graph.destination(name) === undefined);
  if (unknown.length > 0) {
    const { layers, heads } = graph.shape;
    throw invalidInput(
      `This model has no input ${unknown.join(', ')} that could receive.`,
      `Name logits, a head's input such as a${layers - 1}.h${heads - 1}<q> (or <k>, <v>), or an MLP such as m${layers - 1}.`,
    );
  }
  if (names.length > 1 && names.includes('logits')) {
    throw invalidInput(
      'The logits cannot receive together with other inputs: they read what they are given, whatever the others do.',
      'Run path patching once with receiver logits and once with the others.',
    );
  }
  const indices = names.flatMap((name) => graph.destination(name) ?? []).sort((a, b) => a - b);
  return indices.map((index) => ({
    index,
    destination: graph.destinations[index] as Destination,
    seen: graph.seenBy(index),
  }));
}

/** Whether the logits receive: with heads frozen they read the last position only. */
export const readLogits = (receivers: readonly Receiver[]): boolean =>
  receivers.some(({ destination }) => destination.kind === 'logits');
