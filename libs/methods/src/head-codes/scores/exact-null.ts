import { type Standing, standing } from './null-distribution.js';

/**
 * Mean and variance of a score under all shuffles of the labels, in closed form: a code is unique to the positives where
 * all prompts that have it are positive, so only the numbers of prompts by code count. For pairs of heads, of which there
 * are too many to shuffle for each.
 */
export class ExactNull {
  /** P(a given set of k prompts is all positive) = Π (positives − i) / (prompts − i) */
  readonly #allPositive: Float64Array;

  constructor(positive: Uint8Array) {
    const total = positive.length;
    const positives = positive.reduce((sum, label) => sum + label, 0);
    this.#allPositive = new Float64Array(total + 1);
    this.#allPositive[0] = 1;
    for (let k = 1; k <= total; k++) {
      this.#allPositive[k] = ((this.#allPositive[k - 1] ?? 0) * Math.max(0, positives - k + 1)) / (total - k + 1);
    }
  }

  /** @param sizes by number of prompts, how many codes have so many */
  standing(score: number, sizes: ArrayLike<number>): Standing {
    const present: { size: number; codes: number }[] = [];
    for (let size = 1; size < sizes.length; size++) {
      const codes = sizes[size] ?? 0;
      if (codes > 0) present.push({ size, codes });
    }
    const chance = (size: number): number => this.#allPositive[size] ?? 0;
    const mean = present.reduce((sum, { size, codes }) => sum + codes * chance(size), 0);
    let second = mean;
    for (const a of present) {
      for (const b of present) {
        const pairs = a === b ? a.codes * (a.codes - 1) : a.codes * b.codes;
        second += pairs * chance(a.size + b.size);
      }
    }
    // what is left of equal numbers by rounding is no spread
    const variance = second - mean ** 2;
    return standing(score, mean, variance < 1e-9 ? 0 : variance);
  }
}
