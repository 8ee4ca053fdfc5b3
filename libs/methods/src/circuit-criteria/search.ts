import type { Scores } from '../patching/scores.js';

/** Two sets of edges whose difference in the metric is looked at, for a set K of nodes that is taken out of both. */
export type SetsFor = (removed: readonly string[]) => [string, string];

/** A K, and how far the metric of the two sets is apart without it. */
export interface Gap {
  removed: readonly string[];
  gap: number;
}

/** |mean(metric) of one set − that of the other|; undefined while one of them is not measured. */
export function gapOf(effects: Scores['effects'], [a, b]: [string, string]): number | undefined {
  const [first, second] = [effects[a], effects[b]];
  if (!first || !second) return undefined;
  const differences = first.map((value, pair) => value - (second[pair] ?? NaN));
  return Math.abs(differences.reduce((sum, v) => sum + v, 0) / differences.length);
}

export const isMeasured = (effects: Scores['effects'], set: string): boolean => effects[set] !== undefined;

/**
 * Grows K by the node that widens the gap most, as long as one does (Wang et al. 2022, greedy search).
 *
 * @param nodes that may be taken out, in the graph's order
 * @returns the widest gap so far, and what has to be measured before it can go on
 */
export function grow(
  effects: Scores['effects'],
  { nodes, steps, setsFor }: { nodes: readonly string[]; steps: number; setsFor: SetsFor },
): { found: Gap; missing: string[] } {
  let found: Gap = { removed: [], gap: gapOf(effects, setsFor([])) ?? 0 };
  for (let step = 0; step < steps; step++) {
    const before = found;
    const options = nodes
      .filter((node) => !before.removed.includes(node))
      .map((node) => nodes.filter((one) => one === node || before.removed.includes(one)));
    const missing = options.flatMap(setsFor).filter((set) => !isMeasured(effects, set));
    if (missing.length > 0) return { found, missing };
    found = widest(effects, setsFor, [before.removed, ...options]);
    if (found.removed.length === before.removed.length) break;
  }
  return { found, missing: [] };
}

/** The first of the sets with the widest gap. */
export function widest(effects: Scores['effects'], setsFor: SetsFor, options: readonly (readonly string[])[]): Gap {
  const gaps = options.map((removed) => ({ removed, gap: gapOf(effects, setsFor(removed)) ?? 0 }));
  return gaps.reduce((best, one) => (one.gap > best.gap ? one : best), gaps[0] ?? { removed: [], gap: 0 });
}
