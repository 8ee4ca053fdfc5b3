import type { Metric } from '../metric.js';
import { logSumExp } from './log-softmax.js';

/** Σ p(answers) − Σ p(wrongs), softmax over the vocabulary (greater-than: Hanna et al. 2023). */
export const probDifference: Metric = {
  id: 'prob-difference',
  title: 'Probability difference',
  description: 'Probability of all right answers together minus that of all wrong answers, at the last position.',
  higherIsBetter: true,
  distance: false,
  reads: 'vocabulary',
  value(output, pair) {
    const total = logSumExp(output);
    const probability = (id: number): number => Math.exp((output[id] ?? NaN) - total);
    let difference = 0;
    for (const id of pair.answers) difference += probability(id);
    for (const id of pair.wrongs) difference -= probability(id);
    return difference;
  },
  /** p_i ([i is an answer] − [i is a wrong one] − value) */
  gradient(output, pair, clean) {
    const total = logSumExp(output);
    const value = this.value(output, pair, clean);
    const probabilities = Float64Array.from(output, (logit) => Math.exp(logit - total));
    const gradient = probabilities.map((p) => -p * value);
    for (const id of pair.answers) gradient[id] = (gradient[id] ?? NaN) + (probabilities[id] ?? NaN);
    for (const id of pair.wrongs) gradient[id] = (gradient[id] ?? NaN) - (probabilities[id] ?? NaN);
    return gradient;
  },
};
