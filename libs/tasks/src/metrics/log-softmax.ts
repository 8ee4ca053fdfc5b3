/**
 * log Σ exp(logits) in float64; the largest logit is taken out first, so that no exponential overflows.
 * @param logits any length of at least one
 */
export function logSumExp(logits: Float32Array): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  // by index, faster than by iterator: a scan spends a good part of its time here
  for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] ?? NaN) - largest);
  return largest + Math.log(sum);
}
