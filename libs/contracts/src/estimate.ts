import { z } from 'zod';

/** What a run is thought to take before it starts. Rough: it is there to tell seconds from hours and a fit from a misfit. */
export const estimateSchema = z
  .object({
    seconds: z
      .number()
      .min(0)
      .describe('of computing, once the model is loaded, at the speed this machine has just now'),
    peakBytes: z.number().min(0).describe('largest resident memory of the compute process'),
    flops: z.number().min(0).describe('floating-point operations'),
    budgetBytes: z.number().min(0).describe('memory that the batches are cut to fit'),
  })
  .meta({ id: 'Estimate' });
export type Estimate = z.infer<typeof estimateSchema>;
