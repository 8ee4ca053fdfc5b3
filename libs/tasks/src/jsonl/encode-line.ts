import type { ModelFiles, Tokenizer } from '@patchbay/transformer';
import { pairFlawFor } from '../pair-flaw.js';
import type { Pair } from '../pair.js';
import { lineError, type NumberedLine } from './parse-jsonl.js';
import { asList } from './pair-line.js';

/**
 * A line of a task file as token ids: ids as given, text as the tokenizer takes it where there are none.
 * @throws PatchbayError `invalid-input` with line number and reason
 */
export function encodeLine({ number, line }: NumberedLine, model: ModelFiles): Pair {
  const prompt = (key: 'clean' | 'corrupted'): number[] =>
    line[`${key}_ids`] ?? encodePrompt(number, key, line[key], model.tokenizer);
  const { negative_ids, negative } = line;
  const negatives = negative_ids ?? (negative && encodePrompt(number, 'negative', negative, model.tokenizer));
  const answers = (key: 'answer' | 'wrong'): readonly number[] => {
    const ids = line[`${key}_id`];
    return ids === undefined
      ? asList(line[key]).map((text) => encodeAnswer(number, key, text, model.tokenizer))
      : asList(ids);
  };
  const pair: Pair = {
    clean: prompt('clean'),
    corrupted: prompt('corrupted'),
    answers: answers('answer'),
    wrongs: answers('wrong'),
    ...(negatives ? { negative: negatives } : {}),
    ...(line.label === undefined ? {} : { label: line.label }),
  };
  const flaw = pairFlawFor(model, pair);
  if (flaw !== null) throw lineError(number, flaw);
  return pair;
}

export function encodePrompt(number: number, key: string, text: string, tokenizer: Tokenizer): number[] {
  const ids = tokenizer.encode(text);
  if (ids.some((id) => id === tokenizer.unknown)) {
    throw lineError(number, {
      message: `the ${key} prompt has a word that the model's tokenizer does not know`,
      action: `Use words of its vocabulary, or give ${key}_ids.`,
    });
  }
  return ids;
}

function encodeAnswer(number: number, key: string, text: string, tokenizer: Tokenizer): number {
  // A tokenizer that puts BOS before every text puts it before an answer too.
  const ids = tokenizer.encode(text).slice(tokenizer.encode('').length);
  const [id] = ids;
  if (id === undefined || ids.length > 1) {
    throw lineError(number, {
      message: `"${key}" ${JSON.stringify(text)} is ${ids.length} tokens; it must be exactly one`,
      action: `Choose another word, mind the space before it, or give ${key}_id.`,
    });
  }
  if (id === tokenizer.unknown) {
    throw lineError(number, {
      message: `"${key}" ${JSON.stringify(text)} is not in the model's vocabulary`,
      action: `Choose another word or give ${key}_id.`,
    });
  }
  return id;
}
