import { z } from 'zod';
import { ABLATIONS } from '../patching/donor.js';
import { metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  ablation: z
    .enum(ABLATIONS)
    .default('mean')
    .describe('What an edge outside the circuit carries; the mean of the corrupted prompts, as in the paper'),
  metric: metricParam,
  samples: z.int().min(0).max(1000).default(10).describe('Random sets K of the circuit’s nodes to take out'),
  greedySteps: z
    .int()
    .min(0)
    .max(20)
    .default(2)
    .describe('Nodes that K grows by, each the one that widens the gap most; every step tries all nodes'),
});
export type Params = z.infer<typeof paramsSchema>;
