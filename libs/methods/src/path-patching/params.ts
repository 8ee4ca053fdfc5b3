import { z } from 'zod';
import { directionParam, metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  receiver: z
    .union([z.string(), z.array(z.string()).min(1)])
    .default('logits')
    .describe('logits, or inputs of heads and MLPs that receive together, such as a7.h2<q> or a list of such names'),
  mlpPolicy: z
    .enum(['recompute', 'freeze'])
    .default('recompute')
    .describe('Whether MLPs between sender and receiver react to the sender, or keep the base run’s outputs'),
  direction: directionParam,
  metric: metricParam,
});
export type Params = z.infer<typeof paramsSchema>;
