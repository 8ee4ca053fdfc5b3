import { z } from 'zod';
import { ablationParam } from '../patching/ablation-param.js';
import { metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  ablation: ablationParam,
  metric: metricParam,
});
export type Params = z.infer<typeof paramsSchema>;
