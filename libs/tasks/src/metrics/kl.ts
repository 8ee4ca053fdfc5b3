import type { Metric } from '../metric.js';
import { logSumExp } from './log-softmax.js';

/** KL(p_clean ‖ p_patched) in nats, summed over the vocabulary (ACDC: Conmy et al. 2023). */
export const kl: Metric = {
  id: 'kl',
  title: 'KL divergence from the clean run',
  description:
    'KL(clean ‖ patched) of the next-token distribution at the last position, in nats, summed over the vocabulary.',
  higherIsBetter: false,
  distance: true,
  reads: 'vocabulary',
  value(output, _pair, clean) {
    const { probabilities, logProbabilities } = distributionOf(clean);
    const patchedTotal = logSumExp(output);
    let divergence = 0;
    for (let id = 0; id < probabilities.length; id++) {
      const probability = probabilities[id] ?? NaN;
      // 0 log 0 is 0, also where the logit is −∞
      if (probability > 0) {
        divergence += probability * ((logProbabilities[id] ?? NaN) - ((output[id] ?? NaN) - patchedTotal));
      }
    }
    return divergence;
  },
  /** p_patched − p_clean */
  gradient(output, _pair, clean) {
    const [cleanTotal, patchedTotal] = [logSumExp(clean), logSumExp(output)];
    return Float64Array.from(
      output,
      (logit, id) => Math.exp(logit - patchedTotal) - Math.exp((clean[id] ?? NaN) - cleanTotal),
    );
  },
};

interface Distribution {
  probabilities: Float64Array;
  logProbabilities: Float64Array;
}

/** A scan compares thousands of runs with the same clean one. */
const known = new WeakMap<Float32Array, Distribution>();

function distributionOf(logits: Float32Array): Distribution {
  const before = known.get(logits);
  if (before) return before;
  const total = logSumExp(logits);
  const logProbabilities = Float64Array.from(logits, (logit) => logit - total);
  const distribution = { probabilities: logProbabilities.map(Math.exp), logProbabilities };
  known.set(logits, distribution);
  return distribution;
}
