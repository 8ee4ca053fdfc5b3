import { type Pair } from '@patchbay/tasks';
import { runMasked } from '@patchbay/transformer';
import { edgeMasks } from '../edges/edge-masks.js';
import { type EdgeRuns, prepareEdgeRuns } from '../edges/edge-runs.js';
import type { UnitHooks, Workbench } from '../method.js';
import { measureEffects } from '../patching/baselines.js';
import type { Ablation } from '../patching/donor.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import { type Unit, setBytes } from './plan-units.js';

/** Entries of a batch's masks: it bounds their memory on graphs of a million edges. */
const MASK_ENTRIES = 2 ** 25;

type Bench = Workbench<{ ablation: Ablation; metric: string }>;
type KeptBy = (set: string) => Uint8Array;

/** One pair under one of the edge sets. */
interface Entry {
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
  const width = batchWidth(bench, runs);
  for (let at = 0; at < entries.length; at += width) {
    const batch = entries.slice(at, at + width);
    await bench.inHalves(batch, (some) => measureBatch(bench, runs, some, { keptBy, effects }));
    hooks.onProgress(Math.min(1, (at + width) / entries.length));
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects };
}

function batchWidth(bench: Bench, { baselines: { base }, start, graph }: EdgeRuns): number {
  const rows = bench.memory.rowsAtOnce(base.length - start, setBytes(bench, base.length));
  return Math.max(1, Math.min(rows, Math.floor(MASK_ENTRIES / graph.size)));
}

async function measureBatch(
  { transformer, params }: Workbench<{ metric: string }>,
  { graph, baselines, donor, rows, pairs, start, allChanges: changes }: EdgeRuns,
  batch: readonly Entry[],
  { keptBy, effects }: { keptBy: KeptBy; effects: Record<string, Float64Array> },
): Promise<void> {
  const removed = new Map<string, Uint8Array>();
  for (const { set } of batch) {
    if (!removed.has(set)) {
      removed.set(
        set,
        keptBy(set).map((one) => 1 - one),
      );
    }
  }
  const masks = edgeMasks(
    graph,
    batch.map(({ set }) => removed.get(set) as Uint8Array),
  );
  const theirs = batch.flatMap(({ row }) => rows[row] ?? []);
  const final = await runMasked(transformer, { base: baselines.base, donor, rows: theirs, masks, start, changes });
  const places = batch.map(({ set, row }) => ({ row, values: effects[set] as Float64Array }));
  await measureEffects(transformer, final, places, { pairs, metric: params.metric, direction: 'noising', baselines });
}
