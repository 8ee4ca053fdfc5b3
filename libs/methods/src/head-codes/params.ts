import { z } from 'zod';
import { DIFFERENCES } from './classes.js';
import { metricParam } from '../patching/metric-param.js';

export const paramsSchema = z.strictObject({
  features: z.int().min(2).max(16384).default(200).describe('Features of the autoencoder: how many codes there are'),
  lambda: z.number().min(0).max(100).default(0.02).describe('Weight of the codes’ L1 norm in the loss'),
  epochs: z.int().min(1).max(100_000).default(500).describe('Training steps, each over all examples'),
  examples: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Prompts that the autoencoder is trained on, drawn from both classes; all prompts are scored'),
  learningRate: z.number().gt(0).max(1).default(0.001).describe('Of Adam'),
  positions: z
    .enum(['mean', 'last'])
    .default('mean')
    .describe('A head’s output is taken in the mean over all positions, or at the last one'),
  decoderNorm: z
    .enum(['row', 'feature'])
    .default('row')
    .describe(
      'What has unit norm in the decoder W_d [d_model, features]: its rows, as in the authors’ code, or what each feature writes',
    ),
  differences: z
    .enum(DIFFERENCES)
    .default('none')
    .describe(
      'corrupted, negative: codes are of what each head changes from the pair’s prompt of that name to its clean one, and ' +
        'a head scores by how strong they are; not the published method, see docs/head-codes.md for how it does',
    ),
  normalise: z
    .boolean()
    .default(false)
    .describe('Scores are divided by how many codes (or pairs of codes) a head (or pair of heads) has in both classes'),
  softmax: z.enum(['heads', 'layer']).default('heads').describe('Probabilities are over all heads, or within a layer'),
  seeds: z.int().min(1).max(100).default(1).describe('Autoencoders, each with examples and weights of its own'),
  permutations: z
    .int()
    .min(200)
    .max(100_000)
    .default(200)
    .describe('Shuffles of the labels that each head’s score is held against'),
  metric: metricParam.describe('What the baselines of both classes are measured by; the scores do not use it'),
});
export type Params = z.infer<typeof paramsSchema>;
