import { invalidInput } from '@patchbay/contracts';
import type { Metric } from '../metric.js';
import { kl } from './kl.js';
import { l2 } from './l2.js';
import { logitDifferenceNormalised } from './logit-difference-normalised.js';
import { logitDifference } from './logit-difference.js';
import { probDifference } from './prob-difference.js';

/** Every metric, the default first. */
export const metrics: readonly Metric[] = [logitDifference, logitDifferenceNormalised, probDifference, kl, l2];

/** @throws PatchbayError `invalid-input` naming the metrics there are */
export function metricById(id: string): Metric {
  const metric = metrics.find((one) => one.id === id);
  if (metric === undefined) {
    throw invalidInput(`There is no metric named ${id}.`, `Use one of ${metrics.map((one) => one.id).join(', ')}.`);
  }
  return metric;
}
