import { z } from 'zod';
import { ABLATIONS } from '../patching/donor.js';
import { metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  ablation: z.enum(ABLATIONS).default('resample').describe('What an edge outside a circuit carries'),
  metric: metricParam,
  edges: z
    .int()
    .min(1)
    .optional()
    .describe('Edges of each circuit, before pruning; a twentieth of the graph’s where absent'),
  samples: z.int().min(2).max(100).default(10).describe('Samples of the scoring run’s pairs, with replacement'),
  apart: z
    .number()
    .gt(0)
    .max(1)
    .default(0.8)
    .describe('Circuits with a lower Jaccard index count as different ones (Méloux et al. 2025 call .8 stable)'),
  draws: z.int().min(100).max(100_000).default(1000).describe('Draws of the bootstrap over the measured pairs'),
});
export type Params = z.infer<typeof paramsSchema>;
