import type { Result } from '@patchbay/contracts';
import { compareCircuits, compareFaithfulness, diffValues } from '@patchbay/evaluation';
import { z } from 'zod';
import { circuitOf } from './export-run.js';

/** JSON has no NaN: a correlation of what does not vary is null. */
const figure = z.number().nullable();
const names = z.array(z.string());
const setSchema = z.object({ shared: names, added: names, removed: names, jaccard: figure });

export const runComparisonSchema = z
  .object({
    circuits: z
      .object({
        edges: setSchema,
        nodes: setSchema,
        bySize: z.array(z.object({ share: figure, edges: z.int(), jaccard: figure, chance: figure })),
        scores: z
          .object({
            edges: z.int(),
            spearman: figure,
            top: z.object({ edges: z.int(), spearman: figure, kendall: figure, signFlips: figure }),
            largestDifference: figure,
          })
          .nullable(),
      })
      .nullable()
      .describe('null where a run evaluated a circuit instead of finding one'),
    manifests: z.array(z.object({ path: z.string(), a: z.unknown().optional(), b: z.unknown().optional() })),
    faithfulness: z.array(
      z.object({ set: z.string(), a: figure, b: figure, difference: figure, low: figure, high: figure }),
    ),
  })
  .meta({ id: 'RunComparison' });
export type RunComparison = z.infer<typeof runComparisonSchema>;

/** Where two runs agree and differ. @throws PatchbayError `invalid-input` where they are of different models' graphs */
export function compareRuns(a: Result, b: Result): RunComparison {
  const finds = !a.manifest.circuit && !b.manifest.circuit;
  const compared = {
    circuits: finds ? compareCircuits(circuitOf(a), circuitOf(b)) : null,
    manifests: diffValues(a.manifest, b.manifest),
    faithfulness: compareFaithfulness(a.perExample, b.perExample, { seed: 0 }),
  };
  // What JSON makes of it, so that it is judged as it is sent.
  return runComparisonSchema.parse(JSON.parse(JSON.stringify(compared)));
}
