import { randomNumbers } from './random-numbers.js';
import { wordOf } from './word-tokenizer.js';

/** Ids below this one are special tokens. */
const FIRST_WORD = 3;

interface PairShape {
  pairs: number;
  /** of every prompt, 3 at least */
  tokens: number;
  vocabulary: number;
  /** positions at which clean and corrupted prompt differ, from 1 */
  differAt: readonly number[];
}

/** Prompt pairs of random ids, always the same ones of one shape. Id 0 leads, where some peers insist on a BOS. */
export function randomPairs({ pairs, tokens, vocabulary, differAt }: PairShape) {
  const random = randomNumbers(1234);
  const words = vocabulary - FIRST_WORD;
  const word = (): number => FIRST_WORD + Math.floor(random() * words);
  const next = (id: number): number => FIRST_WORD + ((id - FIRST_WORD + 1) % words);
  return Array.from({ length: pairs }, () => {
    const clean = [0, ...Array.from({ length: tokens - 1 }, word)];
    const corrupted = clean.map((id, at) => (differAt.includes(at) ? next(id) : id));
    const text = (ids: readonly number[]): string => ids.map(wordOf).join(' ');
    const answer_id = clean[2] ?? NaN;
    const wrong_id = next(answer_id);
    return {
      ...{ clean: text(clean), corrupted: text(corrupted), answer: wordOf(answer_id), wrong: wordOf(wrong_id) },
      ...{ clean_ids: clean, corrupted_ids: corrupted, answer_id, wrong_id },
    };
  });
}

/** The pairs as a task file. */
export const randomTask = (shape: PairShape): string =>
  randomPairs(shape)
    .map((pair) => `${JSON.stringify(pair)}\n`)
    .join('');
