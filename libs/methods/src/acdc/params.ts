import { z } from 'zod';
import { ablationParam } from '../patching/ablation-param.js';
import { metricParam } from '../patching/metric-param.js';
import { ORDERS } from './visit-order.js';

export const paramsSchema = z.strictObject({
  tau: z
    .number()
    .default(0.01)
    .describe('An edge goes when the metric gets worse by less than this, in the metric’s own unit (nats for kl)'),
  metric: metricParam.unwrap().default('kl').describe('What a removed edge is judged by, at the last position'),
  ablation: ablationParam,
  order: z
    .enum(ORDERS)
    .default('normal')
    .describe(
      'Order among a layer’s heads and among a destination’s sources: the last first, the first first, or shuffled by the seed',
    ),
});
export type Params = z.infer<typeof paramsSchema>;
