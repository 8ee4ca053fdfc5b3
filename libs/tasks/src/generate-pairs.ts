import { invalidInput } from '@patchbay/contracts';
import type { ModelFiles } from '@patchbay/transformer';
import type { Draft, TaskGenerator } from './generator.js';
import { pairFlawFor } from './pair-flaw.js';
import type { Pair } from './pair.js';
import { Random } from './random.js';
import { cannotSay, nextToken } from './spelling.js';

/** So many draws in a row with nothing new, and the generator counts as exhausted. */
const MAX_FRUITLESS_DRAWS = 1000;

/**
 * Different pairs of a generator, drawn from the seed: the first N of a longer list are the list of N.
 * @throws PatchbayError `invalid-input` where the tokenizer does not allow the task, or not as many pairs
 */
export function generatePairs(generator: TaskGenerator, model: ModelFiles, count: number, seed: number): Pair[] {
  const draw = generator.prepare(model.tokenizer);
  const random = new Random(seed);
  const others = new Random(~seed);
  const pairs = new Map<string, Pair>();
  let fruitless = 0;
  let flaw = '';
  while (pairs.size < count && fruitless < MAX_FRUITLESS_DRAWS) {
    const found = encodeDraft(draw(random, others), model);
    fruitless++;
    if ('flaw' in found) {
      flaw = found.flaw;
      continue;
    }
    const key = [found.pair.clean, found.pair.corrupted].join(';');
    if (pairs.has(key)) continue;
    pairs.set(key, found.pair);
    fruitless = 0;
  }
  if (pairs.size < count) throw tooFew(generator, pairs.size, count, flaw);
  return [...pairs.values()];
}

/** The draft as token ids, or why it cannot be used with this model. */
function encodeDraft(draft: Draft, model: ModelFiles): { pair: Pair } | { flaw: string } {
  const { tokenizer, promptPrefix } = model;
  const prompt = promptPrefix + draft.clean;
  const clean = tokenizer.encode(prompt);
  const corrupted = tokenizer.encode(promptPrefix + draft.corrupted);
  const negative = draft.negative === undefined ? undefined : tokenizer.encode(promptPrefix + draft.negative);
  if ([...clean, ...corrupted, ...(negative ?? [])].some((id) => id === tokenizer.unknown)) {
    return { flaw: 'the tokenizer does not know a word of its prompts' };
  }
  const token = (answer: string): number | null => nextToken(tokenizer, prompt, clean, answer);
  const answers = draft.answers.map(token);
  const wrongs = draft.wrongs.map(token);
  if (!answers.every((id) => id !== null) || !wrongs.every((id) => id !== null)) {
    return { flaw: 'an answer is not a single token where it follows the prompt' };
  }
  const pair = { clean, corrupted, answers, wrongs, ...(negative && { negative }) };
  const flaw = pairFlawFor(model, pair);
  return flaw === null ? { pair } : { flaw: flaw.message };
}

function tooFew(generator: TaskGenerator, found: number, wanted: number, flaw: string): Error {
  if (found === 0) return cannotSay(`${generator.id} makes no pair for this model: ${flaw}.`);
  return invalidInput(
    `${generator.id} makes only ${found} different pairs for this model, and ${wanted} were asked for.`,
    `Ask for at most ${found} pairs.`,
  );
}
