import { type Pair } from '@patchbay/tasks';
import { runMasked } from '@patchbay/transformer';
import { edgeMasks } from '../edges/edge-masks.js';
import { type EdgeRuns, prepareEdgeRuns } from '../edges/edge-runs.js';
import type { UnitHooks, Workbench } from '../method.js';
import { measureEffects } from '../patching/baselines.js';
import { BATCH_TOKENS } from '../patching/cut-work.js';
import type { Ablation } from '../patching/donor.js';
import type { PartialScores } from '../patching/scores.js';
import type { Unit } from './plan-units.js';

/** Entries of a batch's masks: it bounds their memory on graphs of a million edges. */
const MASK_ENTRIES = 2 ** 25;

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
export async function runUnit(
  unit: Unit,
  bench: Workbench<{ ablation: Ablation; metric: string }>,
  hooks: UnitHooks,
  keptBy: (set: string) => Uint8Array,
): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const { ablation, metric } = bench.params;
  const runs = await bench.memo(`edge sets ${unit.pairs.join()}`, () =>
    prepareEdgeRuns(bench, pairs, { ablation, metric, direction: 'noising' }),
  );
  const effects = Object.fromEntries(unit.sets.map((set) => [set, new Float64Array(pairs.length)]));
  const entries = unit.sets.flatMap((set) => runs.rows.map(({ row }) => ({ set, row })));
  const width = batchWidth(runs);
  for (let at = 0; at < entries.length; at += width) {
    await measureBatch(bench, runs, entries.slice(at, at + width), { keptBy, effects });
    hooks.onProgress(Math.min(1, (at + width) / entries.length));
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects };
}

const batchWidth = ({ baselines, start, graph }: EdgeRuns): number =>
  Math.max(
    1,
    Math.min(Math.floor(BATCH_TOKENS / (baselines.base.length - start)), Math.floor(MASK_ENTRIES / graph.size)),
  );

async function measureBatch(
  { transformer, params }: Workbench<{ metric: string }>,
  { graph, baselines, donor, rows, pairs, start }: EdgeRuns,
  batch: readonly Entry[],
  { keptBy, effects }: { keptBy: (set: string) => Uint8Array; effects: Record<string, Float64Array> },
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
  const final = await runMasked(transformer, { base: baselines.base, donor, rows: theirs, masks, start });
  const places = batch.map(({ set, row }) => ({ row, values: effects[set] as Float64Array }));
  await measureEffects(transformer, final, places, { pairs, metric: params.metric, direction: 'noising', baselines });
}
