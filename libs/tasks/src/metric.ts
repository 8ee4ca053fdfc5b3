import type { Pair } from './pair.js';

/**
 * A number for one prompt's output; accumulates in float64. One file in `metrics/` each; nothing else asks for its id.
 */
export interface Metric {
  id: string;
  title: string;
  description: string;
  higherIsBetter: boolean;
  /** a distance from the clean run: at that run its value and its gradient are 0 */
  distance: boolean;
  /** `answers`: only the answer tokens' logits are computed; `vocabulary`: all of them */
  reads: 'answers' | 'vocabulary';
  /** whether it also means something of outputs that are no next-token logits (a program's, at several positions) */
  rawOutputs?: true;
  /**
   * @param output logits of the run that is measured, or raw outputs position by position
   * @param clean logits of the clean run of the same pair (KL and L2 are distances from it)
   */
  value(output: Float32Array, pair: Pair, clean: Float32Array): number;
  /** d value / d output[i] for each logit of `output`, at the same arguments */
  gradient(output: Float32Array, pair: Pair, clean: Float32Array): Float64Array;
  /**
   * Turns a mean into the reported figure, given the clean and corrupted means (METHODS §1: a ratio of means, never a
   * mean of ratios). `scale` multiplies differences, `offset` is subtracted first. Absent: reported as it is.
   */
  normalise?(baseline: { clean: number; corrupted: number }): { offset: number; scale: number };
}
