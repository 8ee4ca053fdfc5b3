import type { ModelFiles } from '@patchbay/transformer';
import type { Pair } from './pair.js';

/** Why a pair cannot be used, and what to do about it. */
export interface Flaw {
  message: string;
  action: string;
}

/** Token ids, or whatever stands for them before there is a tokenizer. */
export type PairOf<T> = Record<'clean' | 'corrupted' | 'answers' | 'wrongs', readonly T[]> & {
  negative?: readonly T[];
};

/** What can be said with no model: alignment, and answers that tell the prompts apart. */
export function pairFlaw<T>(pair: PairOf<T>): Flaw | null {
  const { clean, corrupted, negative, answers, wrongs } = pair;
  if (clean.length !== corrupted.length) {
    return {
      message: `the clean prompt has ${clean.length} tokens and the corrupted one ${corrupted.length}`,
      action: 'Give prompts that align token by token, or their clean_ids and corrupted_ids.',
    };
  }
  if (negative && negative.length !== clean.length) {
    return {
      message: `the clean prompt has ${clean.length} tokens and the negative one ${negative.length}`,
      action: 'Give prompts of one length, or their clean_ids and negative_ids.',
    };
  }
  if (clean.every((token, index) => token === corrupted[index])) {
    return { message: 'the clean and the corrupted prompt are the same', action: 'Give a prompt that differs.' };
  }
  if (answers.some((answer) => wrongs.includes(answer))) {
    return { message: 'an answer is also listed as wrong', action: 'Give answers that differ from the wrong ones.' };
  }
  if ([answers, wrongs].some((list) => new Set(list).size < list.length)) {
    return { message: 'an answer is listed twice', action: 'Give every answer once.' };
  }
  return null;
}

/** All that is asked of a pair before it may enter a run. */
export function pairFlawFor(model: ModelFiles, pair: Pair): Flaw | null {
  const { vocabulary, context, outputs } = model.architecture;
  const foreign = [pair.clean, pair.corrupted, pair.negative ?? [], pair.answers, pair.wrongs]
    .flat()
    .find((id) => id >= vocabulary);
  if (foreign !== undefined) {
    return {
      message: `token id ${foreign} is outside the vocabulary of ${vocabulary}`,
      action: "Give ids of this model's own tokenizer.",
    };
  }
  if (pair.clean.length > context) {
    return {
      message: `the prompt has ${pair.clean.length} tokens and the model takes ${context}`,
      action: 'Give shorter prompts.',
    };
  }
  const lastRead = outputs?.positions.at(-1) ?? 0;
  if (pair.clean.length <= lastRead) {
    return {
      message: `the prompt has ${pair.clean.length} tokens and the program answers up to position ${lastRead}`,
      action: 'Give inputs as long as the program was compiled for.',
    };
  }
  return pairFlaw(pair);
}
