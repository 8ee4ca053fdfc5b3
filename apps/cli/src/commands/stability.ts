import { importanceByPair } from '@patchbay/circuit';
import { invalidInput } from '@patchbay/contracts';
import { resampledScores, stabilityOf } from '@patchbay/evaluation';
import { knownModel, openCompared } from '../circuits/open-circuit-file.js';
import { formatStability } from '../output/format-comparison.js';
import { print } from '../output/print.js';

export interface StabilityOptions {
  model?: string;
  draws: number;
  seed: number;
  json?: boolean;
}

/** How far a result's circuits would have been the same on other samples of its pairs. */
export async function stability(file: string, { model, draws, seed, json }: StabilityOptions): Promise<void> {
  if (draws < 2) throw invalidInput('One sample has nothing to be compared with.', 'Take --draws 2 or more.');
  const { circuit, result } = await openCompared(file, (await knownModel(model))?.shape);
  if (!circuit || !result) throw invalidInput(`${file} is no result of a method.`, 'Give a file that discover wrote.');
  const byEdge = importanceByPair(circuit);
  if (!byEdge) {
    throw invalidInput(
      `${result.manifest.method.id} has no value of each edge for each pair, so its scores are no means that can be sampled again.`,
      'Run it on other seeds or pairs and compare the results: patchbay compare a.json b.json c.json.',
    );
  }
  const found = stabilityOf(resampledScores(byEdge, { draws, seed }));
  print(json ? JSON.stringify(found, null, 2) : formatStability(`${draws} samples of the pairs of ${file}`, found));
}
