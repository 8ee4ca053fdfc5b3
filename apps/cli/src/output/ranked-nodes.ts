import { importanceSign, type Result } from '@patchbay/contracts';
import { z } from 'zod';
import { formatTable } from './print.js';

const BAR = 24;
/** Rows that fit on a screen with what stands around them. */
const ROWS = 20;

/** Nodes or edges by importance, the most useful first, each with a bar as long as its share of the greatest. */
export function rankedScores(result: Result): string {
  const { nodes, edges, manifest } = result;
  const [heading, scores] = Object.keys(nodes).length > 0 ? ['node', nodes] : ['edge', edges];
  // Each method says how importance follows from its effects; one that does not is ranked by the effect itself.
  const sign = importanceSign(manifest.conventions) ?? 1;
  const ranked = Object.entries(scores)
    .map(([name, effect]) => ({ name, effect, importance: sign * effect }))
    .sort((a, b) => b.importance - a.importance);
  const ends = [ranked[0], ranked.at(-1)].map((one) => Math.abs(one?.importance ?? 0));
  const greatest = Math.max(...ends, Number.MIN_VALUE);
  const rows = ranked
    .slice(0, ROWS)
    .map(({ name, effect, importance }, index) => [
      index + 1,
      name,
      effect.toFixed(4).padStart(8),
      bar(importance / greatest),
    ]);
  const rest = ranked.length > ROWS ? `\n… and ${ranked.length - ROWS} more` : '';
  return formatTable(['rank', heading, '  effect', 'importance'], rows) + rest;
}

/** What the metric is without any patch, and how long it took. */
export function summary({ baseline, seconds, manifest }: Result): string {
  const { metric } = z.object({ metric: z.string().default('metric') }).parse(manifest.method.params);
  return [
    `${metric} over ${manifest.task.pairs} pairs: clean ${baseline.clean.toFixed(4)}, corrupted ${baseline.corrupted.toFixed(4)}`,
    `${seconds.load.toFixed(1)} s to load, ${seconds.compute.toFixed(1)} s to compute on ${manifest.engine.device}`,
  ].join('\n');
}

/** @param share of the greatest importance, −1 to 1 */
function bar(share: number): string {
  const blocks = '█'.repeat(Math.round(Math.abs(share) * BAR));
  if (blocks === '') return '·';
  return share < 0 ? `-${blocks}` : blocks;
}
