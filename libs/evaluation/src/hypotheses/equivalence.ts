import { binomial } from './binomial.js';

export interface Equivalence {
  /** examples on which the circuit scores higher than the model */
  higher: number;
  /** examples that differ at all; ties say nothing and are dropped */
  examples: number;
  /** |higher / examples − ½| */
  statistic: number;
  p: number;
}

/** Half-width of what still counts as equivalent. */
export const EQUIVALENCE_MARGIN = 0.1;

/**
 * Is the circuit as likely to score above the model as below it? H0: |P(Δ > 0) − ½| < ε, Δ = s(C) − s(M) by example (Shi
 * et al. 2024, arXiv:2410.13032, §3.1). A small p says that they are not equivalent. The published code puts the mean of
 * Δ where the share of Δ > 0 belongs; this is the share.
 *
 * @param circuit score of the circuit by example @param model score of the model
 */
export function testEquivalence(
  circuit: ArrayLike<number>,
  model: ArrayLike<number>,
  margin = EQUIVALENCE_MARGIN,
): Equivalence {
  let [higher, examples] = [0, 0];
  for (let i = 0; i < model.length; i++) {
    const difference = (circuit[i] ?? NaN) - (model[i] ?? NaN);
    if (difference !== 0) examples++;
    if (difference > 0) higher++;
  }
  return { higher, examples, ...equivalenceOf(higher, examples, margin) };
}

/** Statistic and p of `higher` of n examples; with no example that differs they are equivalent for sure. */
export function equivalenceOf(
  higher: number,
  n: number,
  margin = EQUIVALENCE_MARGIN,
): { statistic: number; p: number } {
  if (n === 0) return { statistic: 0, p: 1 };
  let p = 0;
  // Whole numbers decide which counts are as far from the middle, so that no rounding leaves one out.
  const far = Math.abs(2 * higher - n);
  for (let k = 0; k <= n; k++) if (Math.abs(2 * k - n) >= far) p += binomial(k, n, 0.5 + margin);
  return { statistic: Math.abs(higher / n - 0.5), p: Math.min(1, p) };
}
