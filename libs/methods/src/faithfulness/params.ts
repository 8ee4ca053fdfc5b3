import { MIB_GRID } from '@patchbay/evaluation';
import { referenceCircuits } from '@patchbay/circuit';
import { z } from 'zod';
import { ABLATIONS } from '../patching/donor.js';
import { metricParam } from '../patching/metric-param.js';

const [reference = '', ...references] = referenceCircuits.map(({ id }) => id);

export const paramsSchema = z.strictObject({
  ablation: z
    .enum(ABLATIONS)
    .default('resample')
    .describe('What an edge outside the circuit carries: the corrupted prompt’s value, the mean of those, or zero'),
  metric: metricParam,
  selection: z
    .enum(['top', 'greedy'])
    .default('top')
    .describe('Which edges a circuit of some size has: the best of all, or best first from the logits back'),
  shares: z
    .array(z.number().min(0).max(1))
    .min(2)
    .max(100)
    .default([...MIB_GRID])
    .describe('Sizes of the circuits, as shares of all edges, ascending; MIB’s grid by default'),
  edges: z
    .array(z.int().min(0))
    .min(2)
    .max(100)
    .optional()
    .describe('Sizes as numbers of edges, ascending, in the place of shares'),
  randomCircuits: z.int().min(0).max(100).default(5).describe('Random circuits of each size to compare with'),
  draws: z.int().min(100).max(100_000).default(1000).describe('Draws of the bootstrap over the pairs'),
  truth: z
    .enum([reference, ...references])
    .optional()
    .describe('A reference circuit to score edges and nodes against'),
});
export type Params = z.infer<typeof paramsSchema>;
