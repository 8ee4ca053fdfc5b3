import { invalidInput, type PatchbayError } from '@patchbay/contracts';
import type { Tokenizer } from '@patchbay/transformer';

/** The refusal of a generator whose words or numbers this tokenizer does not have. */
export const cannotSay = (message: string): PatchbayError =>
  invalidInput(message, 'Bring prompt pairs in words that the model knows, as a JSONL file.');

/** Templates have a space before every mark; a tokenizer whose words are what stands between spaces needs it there. */
export const spell = (text: string, tokenizer: Tokenizer): string =>
  tokenizer.spaceless ? text : text.replaceAll(/ ([,.])/g, '$1');

/** A template with its [SLOTS] filled. */
export const fill = (template: string, slots: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\[(\w+)\]/g, (whole, slot: string) => slots[slot] ?? whole);

/** Whether the tokenizer has every word of the text. */
export const canSay = (text: string, tokenizer: Tokenizer): boolean =>
  tokenizer.unknown === null || !tokenizer.encode(text).includes(tokenizer.unknown);

/**
 * The token that `text` becomes when it follows `prompt`.
 * @param promptIds `prompt` as the tokenizer encodes it
 * @returns null where it becomes several tokens, melts into the prompt's last one, or is unknown
 */
export function nextToken(
  tokenizer: Tokenizer,
  prompt: string,
  promptIds: readonly number[],
  text: string,
): number | null {
  const ids = tokenizer.encode(prompt + text);
  const next = ids[promptIds.length];
  if (next === undefined || ids.length !== promptIds.length + 1 || next === tokenizer.unknown) return null;
  return promptIds.every((id, index) => ids[index] === id) ? next : null;
}

/**
 * The words that are one token each after a space.
 * @param least how many the task cannot do without
 * @throws PatchbayError `invalid-input` where fewer are left
 */
export function singleTokens(
  words: readonly string[],
  tokenizer: Tokenizer,
  { kind, least }: { kind: string; least: number },
): string[] {
  const before = 'the';
  const ids = tokenizer.encode(before);
  const found = words.filter((word) => nextToken(tokenizer, before, ids, ` ${word}`) !== null);
  if (found.length < least) {
    throw cannotSay(
      `Of ${words.length} ${kind} only ${found.length} are single tokens of this model's tokenizer; ${least} are needed.`,
    );
  }
  return found;
}
