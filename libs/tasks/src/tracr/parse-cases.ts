import { invalidInput, MAX_PAIRS, MAX_TASK_BYTES } from '@patchbay/contracts';
import type { ModelFiles } from '@patchbay/transformer';
import { z } from 'zod';
import { tooLarge } from '../jsonl/parse-jsonl.js';
import { pairFlawFor } from '../pair-flaw.js';
import type { Pair } from '../pair.js';

const tokens = z.array(z.union([z.string(), z.number()])).min(1);
const ids = z.array(z.int().min(0)).min(1);
const casesSchema = z.object({
  cases: z.array(z.object({ clean: tokens, corrupted: tokens, clean_ids: ids, corrupted_ids: ids })).min(1),
});

/**
 * The pairs of a Tracr program's `cases.json`: inputs of equal length and no answer tokens, since what is measured is
 * the distance between raw outputs.
 * @throws PatchbayError `invalid-input` where the file is no list of cases or a case does not fit the model
 */
export function parseCases(text: string, model: ModelFiles): Pair[] {
  return parse(text).map(({ clean, corrupted, clean_ids, corrupted_ids }, index) => {
    const pair: Pair = { clean: clean_ids, corrupted: corrupted_ids, answers: [], wrongs: [] };
    refuseForeign(clean, clean_ids, model);
    refuseForeign(corrupted, corrupted_ids, model);
    const flaw = pairFlawFor(model, pair);
    if (flaw !== null) throw invalidInput(`Case ${index + 1}: ${flaw.message}.`, flaw.action);
    return pair;
  });
}

function parse(text: string): z.infer<typeof casesSchema>['cases'] {
  if (Buffer.byteLength(text) > MAX_TASK_BYTES) throw tooLarge();
  const { data, error } = casesSchema.safeParse(readJson(text));
  if (!data) {
    const issue = error.issues[0];
    throw invalidInput(
      `The file holds no cases of a program: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`,
      'Give a cases.json as Tracr folders have it, or a .jsonl file with one pair a line.',
    );
  }
  if (data.cases.length > MAX_PAIRS) {
    throw invalidInput(`The file has ${data.cases.length} cases; ${MAX_PAIRS} are the most.`, 'Split the file.');
  }
  return data.cases;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidInput('The file is no valid JSON.', 'Give a cases.json as Tracr folders have it.', { cause });
  }
}

/** Ids of one program would be other words of another without a sign. */
function refuseForeign(words: readonly (string | number)[], ids: readonly number[], { tokenizer }: ModelFiles): void {
  if (tokenizer.decode(ids) === words.join(' ')) return;
  throw invalidInput(
    `The cases' token ids are not those of this model: ${ids.join(' ')} stands for ${words.join(' ')} there.`,
    'Use the cases that were made for this program.',
  );
}
