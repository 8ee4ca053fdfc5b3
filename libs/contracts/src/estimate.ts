import { z } from 'zod';
import { bytesText } from './bytes.js';

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

/** `about 12 s, 0.9 GB of at most 15 GB`: no finer than it is known. */
export const estimateText = ({ seconds, peakBytes, budgetBytes }: Estimate): string =>
  `about ${roughDuration(seconds)}, ${bytesText(peakBytes)} of at most ${bytesText(budgetBytes)} memory`;

function roughDuration(seconds: number): string {
  if (seconds < 1) return '1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
