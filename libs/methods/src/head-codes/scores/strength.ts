import { Random } from '@patchbay/tasks';
import { type Standing, standingOf } from './null-distribution.js';

/** Strengths of codes of differences, [2 · pairs, heads]: of clean − other for each pair, then of other − clean. */
export interface Strengths {
  heads: number;
  values: Float32Array;
}

/** A head's mean strength, against what it is where each pair's two prompts trade places at random. */
export interface StrengthScore extends Standing {
  strength: number;
  /** share of exchanges that score at least as high */
  asHigh: number;
}

/**
 * By head, how strong its codes are in the mean over pairs, ‖a(clean − other)‖₂. Exchanging the prompts within pairs says
 * whether the features answer to the task's direction or to any change: a head that answers to both alike has z near 0.
 */
export function strengthScores({ heads, values }: Strengths, exchanges: number, seed: number): StrengthScore[] {
  const pairs = values.length / heads / 2;
  const random = new Random(seed);
  const coins = Array.from({ length: exchanges }, () => Uint8Array.from({ length: pairs }, () => random.below(2)));
  const mean = (head: number, exchanged?: Uint8Array): number => {
    let sum = 0;
    for (let pair = 0; pair < pairs; pair++) {
      sum += values[(pair + (exchanged?.[pair] ?? 0) * pairs) * heads + head] ?? NaN;
    }
    return sum / pairs;
  };
  return Array.from({ length: heads }, (_, head) => {
    const strength = mean(head);
    const under = coins.map((exchanged) => mean(head, exchanged));
    const asHigh = under.filter((score) => score >= strength).length / exchanges;
    return { strength, asHigh, ...standingOf(strength, under) };
  });
}
