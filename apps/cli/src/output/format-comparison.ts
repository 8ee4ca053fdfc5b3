import type { SetDifference, Stability } from '@patchbay/evaluation';
import type { Comparison, Comparisons } from '../commands/compare.js';
import { formatTable } from './print.js';

/** Names that are written out; more are counted. */
const NAMES = 12;

/** A comparison as people read it: sets, rankings, scores, manifests, faithfulness. */
export function formatComparison({ comparisons, stability }: Comparisons): string {
  const parts = comparisons.map(formatPair);
  if (stability) parts.push(formatStability('stability over all', stability));
  return parts.join('\n\n');
}

export function formatStability(title: string, { bySize, spearman }: Stability): string {
  const rows = bySize.map((size) => [size.edges, ...[size.jaccard, size.variation, size.chance].map(short)]);
  const table = formatTable(['edges', 'mean Jaccard', 'variation', 'chance'], rows);
  return `${title}\n${table}\nmean Spearman ${short(spearman)}`;
}

function formatPair({ a, b, circuits, manifests, faithfulness }: Comparison): string {
  const parts = [`${a} → ${b}`];
  if (circuits) {
    parts.push(formatSets('edges', circuits.edges), formatSets('nodes', circuits.nodes));
    if (circuits.scores) {
      const { edges, spearman, top, largestDifference } = circuits.scores;
      parts.push(
        `scores of ${edges} edges: Spearman ${short(spearman)}, largest difference ${short(largestDifference)}`,
        `the first ${top.edges}: Spearman ${short(top.spearman)}, Kendall ${short(top.kendall)}, other sign ${short(top.signFlips)}`,
      );
      const rows = circuits.bySize.map((size) => [size.edges, short(size.jaccard), short(size.chance)]);
      parts.push(formatTable(['best edges', 'Jaccard', 'chance'], rows));
    }
  }
  if (manifests) {
    const rows = manifests.map(({ path, a: before, b: after }) => [path, text(before), text(after)]);
    parts.push(rows.length === 0 ? 'manifests: equal' : formatTable(['manifest', 'first', 'second'], rows));
  }
  if (faithfulness.length > 0) {
    const rows = faithfulness.map((one) => [one.set, ...[one.a, one.b, one.difference, one.low, one.high].map(short)]);
    parts.push(formatTable(['faithfulness of', 'first', 'second', 'difference', 'low', 'high'], rows));
  }
  return parts.join('\n');
}

function formatSets(what: string, { shared, added, removed, jaccard }: SetDifference): string {
  const names = (list: readonly string[]): string =>
    list.length === 0 ? '' : `: ${list.slice(0, NAMES).join(', ')}${list.length > NAMES ? ', …' : ''}`;
  return [
    `${what}: ${shared.length} shared, Jaccard ${short(jaccard)}`,
    `  added ${added.length}${names(added)}`,
    `  removed ${removed.length}${names(removed)}`,
  ].join('\n');
}

const short = (value: number): string => (Number.isFinite(value) ? value.toPrecision(4) : '–');

const text = (value: unknown): string => (value === undefined ? '–' : JSON.stringify(value)).slice(0, 80);
