import { metrics } from '@patchbay/tasks';
import { z } from 'zod';

const [first, ...rest] = metrics.map((metric) => metric.id) as [string, ...string[]];

/** The `metric` parameter of every method that patches. */
export const metricParam = z
  .enum([first, ...rest])
  .default('logit-difference')
  .describe('What is measured at the last position; a compiled program is measured by l2 at all its scored positions');

/** The `direction` parameter of methods that know both. */
export const directionParam = z
  .enum(['noising', 'denoising'])
  .default('noising')
  .describe('noising: the clean run is damaged (necessity); denoising: the corrupted run is mended (sufficiency)');
