import { z } from 'zod';
import { ABLATIONS } from '../patching/donor.js';
import { metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  ablation: z
    .enum(ABLATIONS)
    .default('resample')
    .describe('What a removed edge carries: the corrupted prompt’s value, the mean of those prompts, or zero'),
  metric: metricParam,
});
export type Params = z.infer<typeof paramsSchema>;
