import { invalidInput } from '@patchbay/contracts';
import type { Pair } from '@patchbay/tasks';

/** Which of a pair's prompts codes of differences start from; `none`: codes are of single prompts. */
export const DIFFERENCES = ['none', 'corrupted', 'negative'] as const;
export type Differences = (typeof DIFFERENCES)[number];

/** A prompt with its class. Positive: the task can be done in it. */
export interface Labelled {
  tokens: readonly number[];
  positive: boolean;
  /** index of the pair that it comes from */
  pair: number;
}

/**
 * The prompts that are coded. Each pair gives its clean prompt as a positive one and its negative prompt (its corrupted
 * one where it has none, or where differences from that are asked for) as a negative one; where the task labels its
 * pairs, each gives its clean prompt, in that class. Positives first, each class in the order of the pairs.
 *
 * @throws PatchbayError `invalid-input` where a label is neither class, or a class is empty
 */
export function labelledPrompts(pairs: readonly Pair[], params: { differences: Differences }): Labelled[] {
  const prompts = pairs.some(({ label }) => label !== undefined) ? byLabel(pairs) : byPair(pairs, params);
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

const byPair = (pairs: readonly Pair[], { differences }: { differences: Differences }): Labelled[] =>
  pairs.flatMap(({ clean, corrupted, negative }, pair) => [
    { tokens: clean, positive: true, pair },
    { tokens: differences === 'corrupted' ? corrupted : (negative ?? corrupted), positive: false, pair },
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
