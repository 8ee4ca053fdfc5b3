import { atLeast, atMost } from './binomial.js';

/** Share of random circuits that a good one is held to beat (Shi et al. 2024). */
export const REFERENCE_QUANTILE = 0.9;

export interface EdgeMinimality {
  /** random edges that matter less than this one */
  beats: number;
  /** one-sided, before any correction */
  p: number;
  /** times the number of edges tested (Bonferroni), which the published code leaves out */
  corrected: number;
}

/**
 * Is every edge needed? By edge, H0: it matters more than q* of the edges that random paths add. δ = mean squared change
 * of score when the edge goes (Shi et al. 2024, §3.3). A small corrected p says that the edge is redundant.
 *
 * @param changes δ of each edge of the circuit @param reference δ of edges of randomly inflated circuits
 */
export function testMinimality(
  changes: readonly number[],
  reference: readonly number[],
  quantile = REFERENCE_QUANTILE,
): EdgeMinimality[] {
  return changes.map((change) => {
    const beats = reference.filter((other) => change > other).length;
    const p = atMost(beats, reference.length, quantile);
    return { beats, p, corrected: Math.min(1, p * changes.length) };
  });
}

export interface AgainstRandom {
  /** random circuits that are no better */
  beats: number;
  share: number;
  p: number;
}

/**
 * Is the circuit as faithful as few random circuits are? H0: it is at least as faithful as no more than q* of random
 * circuits of its size (Shi et al. 2024, §3.4). A small p says that it is sufficient.
 *
 * @param loss mean squared difference of the circuit's scores from the model's
 * @param reference losses of random circuits
 */
export function testSufficiency(
  loss: number,
  reference: readonly number[],
  quantile = REFERENCE_QUANTILE,
): AgainstRandom {
  return beating(reference.filter((other) => loss <= other).length, reference.length, quantile);
}

/**
 * Does the model lose more without the circuit than without q* of random circuits of its size (Shi et al. 2024, §3.5)?
 * A small p says that the circuit is partially necessary.
 *
 * @param loss mean squared change of score when the circuit goes @param reference losses when random circuits go
 */
export function testPartialNecessity(
  loss: number,
  reference: readonly number[],
  quantile = REFERENCE_QUANTILE,
): AgainstRandom {
  return beating(reference.filter((other) => loss > other).length, reference.length, quantile);
}

const beating = (beats: number, n: number, quantile: number): AgainstRandom => ({
  beats,
  share: beats / n,
  p: atLeast(beats, n, quantile),
});

/** Mean squared difference of two runs' scores, example by example. */
export function meanSquaredDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2;
  return sum / a.length;
}
