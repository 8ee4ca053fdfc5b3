import { z } from 'zod';
import { ABLATIONS } from '../patching/donor.js';
import { metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  ablation: z.enum(ABLATIONS).default('resample').describe('What an edge outside the circuit carries'),
  metric: metricParam.unwrap().default('logit-difference').describe('The score of a prompt pair'),
  randomCircuits: z.int().min(10).max(1000).default(100).describe('Random circuits that each test compares with'),
  edges: z
    .int()
    .min(0)
    .max(10_000)
    .default(200)
    .describe('Edges of the circuit that are tested for being needed, the first so many'),
  permutations: z.int().min(100).max(100_000).default(1000).describe('Of the independence test'),
  alpha: z.number().gt(0).lt(1).default(0.05).describe('Level of every test'),
});
export type Params = z.infer<typeof paramsSchema>;
