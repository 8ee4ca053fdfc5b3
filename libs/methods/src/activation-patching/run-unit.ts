import { type Kept, type Patch, changesNothing, runPatched } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { blockBytes } from '../memory/bytes.js';
import type { UnitHooks, Workbench } from '../method.js';
import { type Baselines, measureEffects, runBaselines, sidesOf } from '../patching/baselines.js';
import { sameUntil } from '../patching/chunk-pairs.js';
import { type DonorValues, donorOf } from '../patching/donor.js';
import { type Interventions, NO_INTERVENTIONS, addInterventions } from '../patching/interventions.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import type { Params } from './params.js';
import type { Unit } from './plan-units.js';
import { type PatchedSet, SITES, patchesOf } from './sites.js';

/** Both runs of a unit's pairs, shared by all units over the same pairs. */
interface Runs {
  baselines: Baselines;
  donor: DonorValues;
}

export const runUnit = async (unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<PartialScores> =>
  joinPairs(await bench.inHalves(unit.pairs, (pairs) => runPairs({ ...unit, pairs }, bench, hooks)));

async function runPairs(
  unit: Unit & { pairs: readonly number[] },
  bench: Workbench<Params>,
  hooks: UnitHooks,
): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const runs = await bench.memo(`activation-patching ${unit.pairs.join()}`, () => prepareRuns(pairs, bench));
  const effects: Record<string, Float64Array> = {};
  let interventions = NO_INTERVENTIONS;
  for (let layer = unit.firstLayer; layer < unit.endLayer; layer++) {
    const differs = pairs.map(sameUntil(bench.architecture, bench.params.donor));
    for (const set of patchesOf(bench, layer, differs, runs.baselines.base.length)) {
      for (const name of set.names) effects[name] ??= new Float64Array(pairs.length);
      interventions = addInterventions(interventions, await measureSet(set, layer, pairs, runs, bench, effects));
    }
    hooks.onProgress((layer + 1 - unit.firstLayer) / (unit.endLayer - unit.firstLayer));
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects, interventions };
}

async function prepareRuns(pairs: readonly Pair[], bench: Workbench<Params>): Promise<Runs> {
  const { transformer, params } = bench;
  const { direction, metric } = params;
  const site = SITES[params.site].activation;
  const keep = { base: new Set<Kept>(['residPre', 'z', 'keys', 'values', site]), donor: new Set<Kept>([site]) };
  const baselines = await runBaselines(transformer, pairs, { direction, metric, keep });
  const from = { kind: params.donor, side: sidesOf(direction).donor, run: baselines.donor, sites: [site] };
  return { baselines, donor: await donorOf(bench, from) };
}

/** Runs a set of patches that start at the same position, some at a time. */
async function measureSet(
  set: PatchedSet,
  layer: number,
  pairs: readonly Pair[],
  { baselines, donor }: Runs,
  bench: Workbench<Params>,
  effects: Record<string, Float64Array>,
): Promise<Interventions> {
  const { transformer, params, memory, architecture } = bench;
  const { base } = baselines;
  const size = memory.rowsAtOnce(base.length - set.from, blockBytes(architecture, base.length, params.metric));
  const site = SITES[params.site].activation;
  const patched = { layer, site, donor: donor.at(layer, site) };
  let unchanged = 0;
  for (let at = 0; at < set.patches.length; at += size) {
    await bench.inHalves(set.patches.slice(at, at + size), async (batch) => {
      const patches: Patch[] = batch.map((p) => ({ ...p, donorRow: donor.shared ? 0 : p.row }));
      const final = await runPatched(transformer, base, patched, patches);
      const rows = batch.map(({ row, name }) => ({ row, values: effects[name] as Float64Array }));
      await measureEffects(transformer, final, rows, { ...params, pairs, baselines });
      unchanged += patches.filter((patch) => changesNothing(base, patched, patch)).length;
    });
  }
  const measured = set.patches.length;
  return { measured, unchanged, leftOut: set.names.length * pairs.length - measured };
}
