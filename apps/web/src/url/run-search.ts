import { pick } from './plain-search.js';

export const SCORE_VIEWS = ['colours', 'numbers'] as const;
export const RANKINGS = ['importance', 'size', 'name'] as const;
export type ScoreView = (typeof SCORE_VIEWS)[number];
export type RankBy = (typeof RANKINGS)[number];

/** What is shown of a run: each at its default when absent. */
export interface RunSearch {
  /** the node or edge whose values by pair are shown */
  node?: string;
  view?: ScoreView;
  rank?: RankBy;
  /** layer of the head × position grid */
  layer?: string;
  /** which long lists are shown whole, in a row of words */
  whole?: string;
}

export function readRunSearch(search: Record<string, unknown>): RunSearch {
  const { view, rank, ...texts } = pick(search, ['node', 'view', 'rank', 'layer', 'whole']);
  const knownView = SCORE_VIEWS.find((known) => known === view);
  const knownRank = RANKINGS.find((known) => known === rank);
  return { ...texts, ...(knownView && { view: knownView }), ...(knownRank && { rank: knownRank }) };
}

/** Names of the long lists that are shown whole. */
export const wholeLists = (search: RunSearch): ReadonlySet<string> =>
  new Set((search.whole ?? '').split(' ').filter((word) => word !== ''));
