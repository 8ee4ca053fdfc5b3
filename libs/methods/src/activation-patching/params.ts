import { metrics } from '@patchbay/tasks';
import { z } from 'zod';

const [first, ...rest] = metrics.map((metric) => metric.id) as [string, ...string[]];

export const paramsSchema = z.strictObject({
  site: z
    .enum(['z', 'attn-out', 'mlp-out', 'resid-pre'])
    .default('z')
    .describe("What is overwritten: a head's z, a layer's attention or MLP output, or the residual stream before it"),
  direction: z
    .enum(['noising', 'denoising'])
    .default('noising')
    .describe('noising: the clean run is damaged (necessity); denoising: the corrupted run is mended (sufficiency)'),
  donor: z
    .enum(['resample', 'mean', 'zero'])
    .default('resample')
    .describe('Where the new value comes from: the pair’s other prompt, the mean of those prompts, or zero'),
  positions: z
    .enum(['all', 'each'])
    .default('all')
    .describe('all: every position at once; each: one position at a time, counted from the first token'),
  metric: z
    .enum([first, ...rest])
    .default('logit-difference')
    .describe(
      'What is measured at the last position; a compiled program is measured by l2 at all its scored positions',
    ),
});
export type Params = z.infer<typeof paramsSchema>;
