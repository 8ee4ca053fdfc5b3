import { invalidInput } from '@patchbay/contracts';
import type { Pair } from '@patchbay/tasks';

/** A prompt with its class. Positive: the task can be done in it. */
export interface Labelled {
  tokens: readonly number[];
  positive: boolean;
  /** index of the pair that it comes from */
  pair: number;
}

/**
 * The prompts that are coded. Each pair gives its clean prompt as a positive one and its negative (or, where it has none,
 * its corrupted) prompt as a negative one; where the task labels its pairs, each gives its clean prompt, in that class.
 * Positives first, each class in the order of the pairs.
 *
 * @throws PatchbayError `invalid-input` where a label is neither class, or a class is empty
 */
export function labelledPrompts(pairs: readonly Pair[]): Labelled[] {
  const prompts = pairs.some(({ label }) => label !== undefined) ? byLabel(pairs) : byPair(pairs);
  const positives = prompts.filter(({ positive }) => positive);
  const negatives = prompts.filter(({ positive }) => !positive);
  if (positives.length === 0 || negatives.length === 0) {
    throw invalidInput(
      `Of ${prompts.length} labelled prompts ${positives.length} are positive and ${negatives.length} negative.`,
      'Give prompts of both classes, and enough pairs to reach them.',
    );
  }
  return [...positives, ...negatives];
}

const byPair = (pairs: readonly Pair[]): Labelled[] =>
  pairs.flatMap(({ clean, corrupted, negative }, pair) => [
    { tokens: clean, positive: true, pair },
    { tokens: negative ?? corrupted, positive: false, pair },
  ]);

const byLabel = (pairs: readonly Pair[]): Labelled[] =>
  pairs.map(({ clean, label }, pair) => {
    if (label !== 'positive' && label !== 'negative') {
      throw invalidInput(
        `Pair ${pair + 1} has ${label === undefined ? 'no label' : `the label ${JSON.stringify(label)}`}.`,
        'Label every pair "positive" or "negative", or none of them.',
      );
    }
    return { tokens: clean, positive: label === 'positive', pair };
  });
