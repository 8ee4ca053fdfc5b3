import { rocArea } from '@patchbay/evaluation';
import type { HeadRanking } from './rankings.js';
import type { TrueHeads } from './true-heads.js';

/** Area under the ROC curve of one ranking, over its seeds. */
export interface Area {
  mean: number;
  /** of a sample; null where nothing is random */
  deviation: number | null;
}

/** @throws Error where all or none of the heads are true, so that there is no curve */
export function areaOf({ scores }: HeadRanking, { name, heads }: TrueHeads): Area {
  const areas = scores.map((byHead) => {
    const names = Object.keys(byHead);
    const area = rocArea(
      names.map((head) => byHead[head] ?? NaN),
      names.map((head) => (heads.has(head) ? 1 : 0)),
    );
    if (area === null) throw new Error(`there is no ROC curve against ${name}`);
    return area;
  });
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  const squares = areas.reduce((sum, area) => sum + (area - mean) ** 2, 0);
  return { mean, deviation: areas.length > 1 ? Math.sqrt(squares / (areas.length - 1)) : null };
}

/** Methods down, truths across, as Markdown: mean ± standard deviation over seeds. */
export function areaTable(rankings: readonly HeadRanking[], truths: readonly TrueHeads[]): string {
  const cell = ({ mean, deviation }: Area): string =>
    deviation === null ? mean.toFixed(3) : `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
  const lines = [
    ['AUC', ...truths.map(({ name }) => name)],
    ...rankings.map((ranking) => [ranking.method, ...truths.map((truth) => cell(areaOf(ranking, truth)))]),
  ];
  // Columns of one width each, as the formatter wants them.
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const [head = [], ...rest] = lines;
  return [head, widths.map((width) => '-'.repeat(width)), ...rest]
    .map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}
