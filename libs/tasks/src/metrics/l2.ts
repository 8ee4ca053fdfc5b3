import type { Metric } from '../metric.js';

/** Mean squared difference of the raw outputs from the clean run; what Tracr's programs are scored with. */
export const l2: Metric = {
  id: 'l2',
  title: 'Squared distance from the clean run',
  description: 'Mean squared difference between the raw outputs and those of the clean run, over all scored positions.',
  higherIsBetter: false,
  distance: true,
  reads: 'vocabulary',
  rawOutputs: true,
  value(output, _pair, clean) {
    let sum = 0;
    clean.forEach((logit, index) => {
      sum += ((output[index] ?? NaN) - logit) ** 2;
    });
    return sum / clean.length;
  },
  gradient(output, _pair, clean) {
    return Float64Array.from(output, (logit, i) => (2 * (logit - (clean[i] ?? NaN))) / clean.length);
  },
};
