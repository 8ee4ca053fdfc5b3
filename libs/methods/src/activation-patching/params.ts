import { z } from 'zod';
import { ABLATIONS } from '../patching/donor.js';
import { directionParam, metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  site: z
    .enum(['z', 'attn-out', 'mlp-out', 'resid-pre'])
    .default('z')
    .describe("What is overwritten: a head's z, a layer's attention or MLP output, or the residual stream before it"),
  direction: directionParam,
  donor: z
    .enum(ABLATIONS)
    .default('resample')
    .describe('Where the new value comes from: the pair’s other prompt, the mean of those prompts, or zero'),
  positions: z
    .enum(['all', 'each'])
    .default('all')
    .describe('all: every position at once; each: one position at a time, counted from the first token'),
  metric: metricParam,
});
export type Params = z.infer<typeof paramsSchema>;
