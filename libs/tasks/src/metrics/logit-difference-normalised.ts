import { invalidInput } from '@patchbay/contracts';
import type { Metric } from '../metric.js';
import { logitDifference } from './logit-difference.js';

/**
 * Smallest gap between the clean and the corrupted mean that is divided by, in logits. Two float32 runs of one model
 * differ by about 1e-5; a gap near that would turn rounding into effects.
 */
const SMALLEST_GAP = 1e-4;

/** (LD − LD_corrupted) / (LD_clean − LD_corrupted): 1 is the clean run, 0 the corrupted one; a ratio of means. */
export const logitDifferenceNormalised: Metric = {
  id: 'logit-difference-normalised',
  title: 'Normalised logit difference',
  description:
    'Logit difference on the scale where the corrupted run is 0 and the clean run is 1: a ratio of means over pairs.',
  higherIsBetter: true,
  distance: false,
  reads: 'answers',
  value: (output, pair, clean) => logitDifference.value(output, pair, clean),
  gradient: (output, pair, clean) => logitDifference.gradient(output, pair, clean),
  normalise({ clean, corrupted }) {
    const gap = clean - corrupted;
    if (!(Math.abs(gap) >= SMALLEST_GAP)) {
      throw invalidInput(
        `The logit difference is ${clean} on the clean prompts and ${corrupted} on the corrupted ones: ` +
          'with no gap between them it cannot be normalised.',
        'Use the metric logit-difference, or a task that this model answers differently when it is corrupted.',
      );
    }
    return { offset: corrupted, scale: 1 / gap };
  },
};
