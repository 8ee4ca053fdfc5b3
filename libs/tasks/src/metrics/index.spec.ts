import { describe, expect, it } from 'vitest';
import { metricById, metrics } from './index.js';

describe('metrics', () => {
  it('are those of the contract, the default first', () => {
    expect(metrics.map((metric) => metric.id)).toEqual([
      'logit-difference',
      'logit-difference-normalised',
      'prob-difference',
      'kl',
      'l2',
    ]);
  });

  it('declare which way is better: distances from the clean run go down', () => {
    expect(metrics.filter((metric) => !metric.higherIsBetter).map((metric) => metric.id)).toEqual(['kl', 'l2']);
  });

  it.each(metrics.map((metric) => [metric.id, metric] as const))(
    '%s: the gradient is that of finite differences',
    (_, metric) => {
      const logits = (seed: number, n: number) => Array.from({ length: n }, (_, i) => Math.sin(seed + 2.3 * i) * 2);
      const pair = { clean: [], corrupted: [], answers: [0, 1], wrongs: [2, 3, 4] };
      const n = metric.reads === 'answers' ? 5 : 7;
      const clean = Float32Array.from(logits(1, n));
      const output = Float32Array.from(logits(2, n));
      const step = 2 ** -8;
      const moved = (i: number, by: number) => metric.value(output.with(i, (output[i] ?? NaN) + by), pair, clean);
      const gradient = metric.gradient(output, pair, clean);
      expect(gradient).toHaveLength(n);
      gradient.forEach((g, i) => expect(g).toBeCloseTo((moved(i, step) - moved(i, -step)) / (2 * step), 4));
      const atClean = metric.gradient(clean, pair, clean).map(Math.abs);
      expect(Math.max(...atClean) < 1e-12).toBe(metric.distance);
    },
  );

  it('are found by id, and a wrong id names those there are', () => {
    expect(metricById('kl')).toBe(metrics[3]);
    expect(() => metricById('KL')).toThrow(/no metric named KL/);
  });
});
