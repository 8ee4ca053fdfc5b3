import type { RankBy } from '../url/run-search.js';

export interface RankedScore {
  name: string;
  effect: number;
  /** how much the ablation hurts; null where the result does not say how it follows from the effect */
  importance: number | null;
  /** standard error of the mean over pairs; null with fewer than two */
  standardError: number | null;
  /** pairs that have the site; null where the result keeps no values by pair */
  pairs: number | null;
}

/** Nodes or edges, the first in rank first; equal ones by name, numbers in it counted as numbers. */
export function rankScores(
  effects: Readonly<Record<string, number>>,
  perExample: Readonly<Record<string, readonly (number | null)[]>>,
  sign: 1 | -1 | null,
  by: RankBy,
): RankedScore[] {
  const scores = Object.entries(effects).map(([name, effect]): RankedScore => {
    const values = perExample[name]?.filter((value) => value !== null);
    return {
      name,
      effect,
      importance: sign === null ? null : sign * effect || 0,
      standardError: values ? standardError(values) : null,
      pairs: values?.length ?? null,
    };
  });
  const weight = (score: RankedScore): number =>
    by === 'name' ? 0 : by === 'size' ? Math.abs(score.effect) : (score.importance ?? Math.abs(score.effect));
  return scores.sort((a, b) => weight(b) - weight(a) || byName.compare(a.name, b.name));
}

const byName = new Intl.Collator('en', { numeric: true });

/** Sample standard deviation over √n. */
export function standardError(values: readonly number[]): number | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (n - 1) / n);
}
