import type { Tokenizer } from '@patchbay/transformer';
import { cannotSay, nextToken } from '../../spelling.js';

/** The years' first digits as a prompt ends with them, and the endings that are a token of their own there. */
export interface Head {
  text: string;
  /** `56` or `6`, in rising order */
  tails: readonly string[];
}

/** How this tokenizer cuts a year: what the prompt gives, and what the model is to say. */
export interface YearSpelling {
  /** what stands between head and tail: a space for tokenizers that split on spaces only */
  joint: string;
  heads: readonly Head[];
  /** the tail that every other tail exceeds, 0 aside */
  lowest: string;
}

/** Of a head's tails, the share that must be tokens of their own: some years, as 1776, are one token in some models. */
const LEAST_SHARE = 0.9;

const digits = (count: number, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(count, '0'));

/**
 * Century and two-digit year where the tokenizer has such tokens, or the first three digits and the last one where it
 * does not (it splits every digit, or takes them by three).
 * @param prompt the sentence up to its last year
 * @throws PatchbayError `invalid-input` where years split in neither way
 */
export function spellYears(tokenizer: Tokenizer, prompt: string): YearSpelling {
  const joint = tokenizer.spaceless ? ' ' : '';
  const splits = [
    { heads: digits(2, 11, 20), tails: digits(2, 0, 99), lowest: '01' },
    { heads: digits(3, 110, 209), tails: digits(1, 0, 9), lowest: '1' },
  ];
  for (const { heads, tails, lowest } of splits) {
    const fit = heads
      .map((text) => ({ text, tails: ownTokens(tokenizer, `${prompt} ${text}`, joint, tails) }))
      .filter((head) => head.tails.length >= LEAST_SHARE * tails.length && head.tails.includes(lowest));
    if (fit.length > 0) return { joint, heads: fit, lowest };
  }
  throw cannotSay(
    "This model's tokenizer splits years neither into century and two digits nor before the last digit, " +
      'so that no later year is one token.',
  );
}

function ownTokens(tokenizer: Tokenizer, prompt: string, joint: string, tails: readonly string[]): string[] {
  const ids = tokenizer.encode(prompt);
  if (ids.some((id) => id === tokenizer.unknown)) return [];
  return tails.filter((tail) => nextToken(tokenizer, prompt, ids, joint + tail) !== null);
}
