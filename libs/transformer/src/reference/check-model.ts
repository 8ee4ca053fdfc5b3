import { type ModelCheck, invalidInput } from '@patchbay/contracts';
import { Transformer } from '../engine/transformer.js';
import type { ModelFiles, OpenModelOptions } from '../model-files.js';
import { locateModel } from '../sources/locate-model.js';
import { openModel } from '../sources/open-model.js';
import { type Reference, readReference } from './reference-file.js';
import { storeCheck } from './stored-check.js';

/**
 * Holds a model's clean forward pass, on the cpu, against the reference that lies beside its weights, and remembers the
 * outcome in `home/checks`.
 *
 * @param reference as `openModel` takes it
 * @returns null where the model has no reference
 * @throws PatchbayError `invalid-input` where the reference cannot be used or its ids are not the tokenizer's; as
 *   `openModel` does
 */
export async function checkModel(reference: string, options: OpenModelOptions): Promise<ModelCheck | null> {
  const expected = await readReference((await locateModel(reference, options)).path);
  if (!expected) return null;
  const files = await openModel(reference, options);
  assertIds(files, expected);
  const model = await Transformer.load(files, 'cpu');
  try {
    const differences = (await Promise.all(expected.prompts.map((prompt) => differencesOf(model, prompt)))).flat();
    const largestDifference = Math.max(...differences);
    const { source, tolerance } = expected;
    const agrees = largestDifference <= tolerance;
    const check = { source, logits: differences.length, largestDifference, tolerance, agrees };
    await storeCheck(files.sha256, check, options.home);
    return check;
  } finally {
    await model.close();
  }
}

/** |ours − theirs| of each logit that is given. */
async function differencesOf(model: Transformer, prompt: Reference['prompts'][number]): Promise<number[]> {
  const { ids, position = ids.length - 1, tokens, logits } = prompt;
  let resid = await model.embed([ids]);
  for (let layer = 0; layer < model.architecture.layers; layer++) {
    ({ residPost: resid } = await model.block(layer, { resid, start: 0 }, ['residPost']));
  }
  const { data } = await model.logits(resid, position, [tokens]);
  const differences = logits.map((logit, i) => Math.abs((data[i] ?? NaN) - logit));
  if (differences.every(Number.isFinite)) return differences;
  throw invalidInput('The model gives logits that are no numbers.', 'Check its weights: download the model again.');
}

function assertIds({ name, tokenizer, architecture }: ModelFiles, { prompts }: Reference): void {
  for (const { text, ids, tokens } of prompts) {
    const outside = [...ids, ...tokens].find((id) => id >= architecture.vocabulary);
    if (outside !== undefined || ids.length > architecture.context) {
      throw invalidInput(
        `The reference of ${name} has ${outside === undefined ? `${ids.length} tokens` : `token ${outside}`}, which the model has not.`,
        'Store the reference that was computed from this model.',
      );
    }
    if (text === undefined || tokenizer.encode(text).join() === ids.join()) continue;
    throw invalidInput(
      `${name} reads ${JSON.stringify(text)} as ${tokenizer.encode(text).join(' ')}, its reference as ${ids.join(' ')}.`,
      'Use the tokenizer that belongs to this model, or compute the reference with it.',
    );
  }
}
