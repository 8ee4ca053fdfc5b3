import { PatchbayError } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { checkText } from '../output/check-text.js';
import { print } from '../output/print.js';

/**
 * Holds a model against the reference beside its weights and remembers the outcome; needs no server.
 * @throws PatchbayError `conflict` when they differ by more than the reference allows
 */
export async function checkModel(model: string): Promise<void> {
  const transformer = await import('@patchbay/transformer');
  const check = await transformer.checkModel(model, { home: readSettings().home });
  if (!check) {
    print(`${model} has no reference: unchecked. docs/devices-and-checks.md tells how to write one.`);
    return;
  }
  const { logits, source, largestDifference, tolerance } = check;
  print(`${model}: ${checkText(check)} at most in ${logits} logits of ${source}; ${tolerance} is allowed`);
  if (check.agrees) return;
  throw new PatchbayError(
    'conflict',
    `${model} differs from its reference by ${largestDifference}.`,
    'Check that the reference was computed from these very weights; if so, please report it.',
  );
}
