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
    const cleanTotal = logSumExp(clean);
    const patchedTotal = logSumExp(output);
    let divergence = 0;
    clean.forEach((logit, id) => {
      const logClean = logit - cleanTotal;
      const probability = Math.exp(logClean);
      // 0 log 0 is 0, also where the logit is −∞
      if (probability > 0) divergence += probability * (logClean - ((output[id] ?? NaN) - patchedTotal));
    });
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
