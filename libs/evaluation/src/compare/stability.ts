import { type Ranking, topEdges } from '@patchbay/circuit';
import { chanceJaccard, jaccardOfMasks } from '../agreement/jaccard.js';
import { spearman } from '../agreement/rank-correlation.js';
import { bootstrap } from '../curves/bootstrap.js';
import { edgesAt, MIB_GRID } from '../curves/grid.js';

/** How far a size's circuit stays the same. */
export interface StabilityAtSize {
  share: number;
  edges: number;
  /** mean over pairs of circuits, and how much it varies (standard deviation over mean) */
  jaccard: number;
  variation: number;
  chance: number;
}

export interface Stability {
  bySize: StabilityAtSize[];
  /** mean ρ of all edges' scores over pairs of circuits */
  spearman: number;
}

/**
 * How alike several scorings of one graph's edges are: the same method on other seeds, other data or other nights
 * (Méloux et al. 2025 call a circuit stable from .8 on).
 */
export function stabilityOf(scorings: readonly Float64Array[], ranking: Ranking = 'absolute'): Stability {
  const size = scorings[0]?.length ?? 0;
  const sizes = [...new Set(MIB_GRID.map((share) => edgesAt(share, size)))].filter((edges) => edges > 0);
  const bySize = sizes.map((edges) => {
    const circuits = scorings.map((scores) => topEdges(scores, edges, ranking));
    const values = pairsOf(circuits).map(([a, b]) => jaccardOfMasks(a, b));
    const mean = meanOf(values);
    const deviation = Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)));
    return {
      share: edges / size,
      edges,
      jaccard: mean,
      variation: deviation / mean,
      chance: chanceJaccard(edges / size),
    };
  });
  return { bySize, spearman: meanOf(pairsOf(scorings).map(([a, b]) => spearman(a, b))) };
}

/**
 * Scores as they would have come out on other samples of the same data, for methods whose score is a mean over pairs.
 *
 * @param byEdge by edge its value for each pair
 */
export function resampledScores(
  byEdge: readonly ArrayLike<number>[],
  { draws, seed }: { draws: number; seed: number },
): Float64Array[] {
  const scorings: Float64Array[] = [];
  const pairs = byEdge[0]?.length ?? 0;
  bootstrap(
    pairs,
    (drawn) => {
      scorings.push(
        Float64Array.from(byEdge, (values) => {
          let sum = 0;
          for (const pair of drawn) sum += values[pair] ?? NaN;
          return sum / pairs;
        }),
      );
      return [];
    },
    { draws, seed },
  );
  return scorings;
}

const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
