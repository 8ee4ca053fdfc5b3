import type { Metric } from '../metric.js';

function mean(logits: Float32Array): number {
  let sum = 0;
  for (const logit of logits) sum += logit;
  return sum / logits.length;
}

/** Mean logit of the right answers minus mean logit of the wrong ones (Wang et al. 2022 with one of each). */
export const logitDifference: Metric = {
  id: 'logit-difference',
  title: 'Logit difference',
  description: 'Mean logit of the right answers minus mean logit of the wrong answers, at the last position.',
  higherIsBetter: true,
  distance: false,
  reads: 'answers',
  value(output, pair) {
    const count = pair.answers.length;
    return mean(output.subarray(0, count)) - mean(output.subarray(count, count + pair.wrongs.length));
  },
  gradient(_output, { answers, wrongs }) {
    const gradient = new Float64Array(answers.length + wrongs.length).fill(-1 / wrongs.length);
    return gradient.fill(1 / answers.length, 0, answers.length);
  },
};
