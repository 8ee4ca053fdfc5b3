import { type Pair } from '@patchbay/tasks';
import { type EdgeRuns, prepareEdgeRuns } from '../edges/edge-runs.js';
import { entriesAtOnce, runEdgeSets } from '../edges/run-edge-sets.js';
import type { UnitHooks, Workbench } from '../method.js';
import { measureEffects } from '../patching/baselines.js';
import type { Ablation } from '../patching/donor.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import type { Unit } from './plan-units.js';

type Bench = Workbench<{ ablation: Ablation; metric: string }>;
type KeptBy = (set: string) => Uint8Array;

/** One pair under a set of that name. */
interface Named {
  set: string;
  row: number;
}

/**
 * metric(only the set's edges carry the clean run's values) − metric(clean run), by set and pair; different sets share
 * one pass.
 *
 * @param keptBy edges of a set, by its name: 1 where it is in the set
 */
export const runUnit = async (unit: Unit, bench: Bench, hooks: UnitHooks, keptBy: KeptBy): Promise<PartialScores> =>
  joinPairs(await bench.inHalves(unit.pairs, (pairs) => runPairs({ ...unit, pairs }, bench, hooks, keptBy)));

async function runPairs(unit: Unit, bench: Bench, hooks: UnitHooks, keptBy: KeptBy): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const { ablation, metric } = bench.params;
  const runs = await bench.memo(`edge sets ${unit.pairs.join()}`, () =>
    prepareEdgeRuns(bench, pairs, { ablation, metric, direction: 'noising' }),
  );
  const effects = Object.fromEntries(unit.sets.map((set) => [set, new Float64Array(pairs.length)]));
  const entries = unit.sets.flatMap((set) => runs.rows.map(({ row }) => ({ set, row })));
  const width = entriesAtOnce(bench, runs);
  for (let at = 0; at < entries.length; at += width) {
    const batch = entries.slice(at, at + width);
    await bench.inHalves(batch, (some) => measureBatch(bench, runs, some, { keptBy, effects }));
    hooks.onProgress(Math.min(1, (at + width) / entries.length));
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects };
}

async function measureBatch(
  { transformer, params: { metric } }: Bench,
  runs: EdgeRuns,
  batch: readonly Named[],
  { keptBy, effects }: { keptBy: KeptBy; effects: Record<string, Float64Array> },
): Promise<void> {
  const removed = new Map<string, Uint8Array>();
  for (const { set } of batch) {
    const known = removed.get(set) ?? keptBy(set).map((one) => 1 - one);
    removed.set(set, known);
  }
  const entries = batch.map(({ set, row }) => ({ row, removed: removed.get(set) as Uint8Array }));
  const final = await runEdgeSets(transformer, runs, entries);
  const places = batch.map(({ set, row }) => ({ row, values: effects[set] as Float64Array }));
  const { pairs, baselines } = runs;
  await measureEffects(transformer, final, places, { pairs, metric, direction: 'noising', baselines });
}
