/** One threshold's counts, as rates; higher thresholds first. */
export interface RatePoint {
  /** share of the true that are above the threshold (recall) */
  truePositive: number;
  falsePositive: number;
  /** share of those above that are true */
  precision: number;
}

/**
 * Rates at every threshold: what has equal scores comes in together, what has no score (NaN) at the very last.
 *
 * @param truth 1 where it belongs to the true circuit
 */
export function ratePoints(scores: ArrayLike<number>, truth: ArrayLike<number>): RatePoint[] {
  const scored = (i: number): number => {
    const score = scores[i] ?? NaN;
    return Number.isNaN(score) ? -Infinity : score;
  };
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) =>
    scored(a) === scored(b) ? a - b : scored(b) - scored(a),
  );
  const positives = order.reduce((count, i) => count + (truth[i] ?? 0), 0);
  const negatives = order.length - positives;
  const points: RatePoint[] = [];
  let found = 0;
  order.forEach((i, at) => {
    found += truth[i] ?? 0;
    const next = order[at + 1];
    if (next !== undefined && scored(next) === scored(i)) return;
    const taken = at + 1;
    points.push({
      truePositive: found / positives,
      falsePositive: (taken - found) / negatives,
      precision: found / taken,
    });
  });
  return points;
}

/**
 * Area under the ROC curve by the trapezoid rule from (0, 0): the chance that a true one scores above a false one, ties
 * counted half. Null where all or none are true.
 */
export function rocArea(scores: ArrayLike<number>, truth: ArrayLike<number>): number | null {
  const points = ratePoints(scores, truth);
  let area = 0;
  let before = { truePositive: 0, falsePositive: 0 };
  for (const point of points) {
    area += ((point.falsePositive - before.falsePositive) * (point.truePositive + before.truePositive)) / 2;
    before = point;
  }
  return Number.isNaN(area) || points.length === 0 ? null : area;
}

/** Average precision: Σ precision · rise in recall. Null where none is true. */
export function averagePrecision(scores: ArrayLike<number>, truth: ArrayLike<number>): number | null {
  let area = 0;
  let recall = 0;
  for (const { truePositive, precision } of ratePoints(scores, truth)) {
    area += precision * (truePositive - recall);
    recall = truePositive;
  }
  return Number.isNaN(area) ? null : area;
}

export interface SetScore {
  precision: number | null;
  recall: number | null;
  f1: number | null;
  falsePositive: number | null;
}

/** How well a set meets the truth; null where a rate has nothing to be a share of. */
export function scoreSet(found: ArrayLike<number>, truth: ArrayLike<number>): SetScore {
  let [both, inFound, inTruth] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    both += (found[i] ?? 0) & (truth[i] ?? 0);
    inFound += found[i] ?? 0;
    inTruth += truth[i] ?? 0;
  }
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    precision: share(both, inFound),
    recall: share(both, inTruth),
    f1: share(2 * both, inFound + inTruth),
    falsePositive: share(inFound - both, truth.length - inTruth),
  };
}

/**
 * Area under ACDC's ROC curve, in which every threshold (τ, λ) gives one circuit and so one point: the corners (0, 0)
 * and (1, 1) are added, and the curve goes right first and up then (Conmy et al. 2023, "hv" steps).
 */
export function stepArea(points: readonly Pick<RatePoint, 'truePositive' | 'falsePositive'>[]): number {
  const corners = [{ truePositive: 0, falsePositive: 0 }, ...points, { truePositive: 1, falsePositive: 1 }];
  const sorted = corners.toSorted((a, b) => a.falsePositive - b.falsePositive || a.truePositive - b.truePositive);
  return sorted.slice(1).reduce((area, point, i) => {
    const before = sorted[i] ?? point;
    return area + (point.falsePositive - before.falsePositive) * before.truePositive;
  }, 0);
}
