import { z } from 'zod';
import { ablationParam } from '../patching/ablation-param.js';
import { metricParam } from '../patching/metric-param.js';

export const eapParams = z.strictObject({ ablation: ablationParam, metric: metricParam });
export type EapParams = z.infer<typeof eapParams>;

export const RULES = ['midpoint', 'left', 'right'] as const;
export type Rule = (typeof RULES)[number];

export const eapIgParams = z.strictObject({
  steps: z.int().min(1).max(1000).default(5).describe('Points of the way from ablated to clean'),
  rule: z
    .enum(RULES)
    .default('midpoint')
    .describe(
      'Share of the clean value at step k of m: midpoint (k + ½) / m, which converges fastest; right (k + 1) / m, as in the paper; left k / m, as in its code (k from 0)',
    ),
  variant: z
    .enum(['inputs', 'activations'])
    .default('inputs')
    .describe(
      'What goes from ablated to clean: the input embedding, or each layer’s heads, each MLP and the input by itself, for the edges out of it',
    ),
  ...eapParams.shape,
});
export type EapIgParams = z.infer<typeof eapIgParams>;

/** The clean run's share at each step. */
export const sharesOf = ({ steps, rule }: { steps: number; rule: Rule }): number[] => {
  const offset = { midpoint: 0.5, left: 0, right: 1 }[rule];
  return Array.from({ length: steps }, (_, k) => (k + offset) / steps);
};
