import { Random } from '@patchbay/tasks';

/** How a score stands against what shuffled labels give. */
export interface Standing {
  mean: number;
  /** of the population of shuffles, not of a sample */
  deviation: number;
  /** (score − mean) / deviation; 0 where shuffling never changes the score */
  z: number;
}

/** Random reassignments of the labels, with as many positives as there are. */
export function shuffledLabels(positive: Uint8Array, count: number, seed: number): Uint8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const labels = positive.slice();
    for (let last = labels.length - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [labels[last], labels[other]] = [labels[other] ?? 0, labels[last] ?? 0];
    }
    return labels;
  });
}

/** @param shuffled the same score under each set of shuffled labels */
export function standingOf(score: number, shuffled: readonly number[]): Standing {
  const mean = shuffled.reduce((a, b) => a + b, 0) / shuffled.length;
  const variance = shuffled.reduce((sum, s) => sum + (s - mean) ** 2, 0) / shuffled.length;
  return standing(score, mean, variance);
}

export function standing(score: number, mean: number, variance: number): Standing {
  const deviation = Math.sqrt(variance);
  return { mean, deviation, z: deviation === 0 ? 0 : (score - mean) / deviation };
}
