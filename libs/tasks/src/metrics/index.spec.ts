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

  it('are found by id, and a wrong id names those there are', () => {
    expect(metricById('kl')).toBe(metrics[3]);
    expect(() => metricById('KL')).toThrow(/no metric named KL/);
  });
});
