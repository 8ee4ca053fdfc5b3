import { type CachedRun, type Kept, type Patch, type Site, cacheRun, runPatched } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import type { UnitHooks, Workbench } from '../method.js';
import { measure } from '../measure.js';
import { type Donor, donorOf } from './donor.js';
import type { Params } from './params.js';
import { type Unit, firstDifference } from './plan-units.js';
import { type PatchedSet, SITES, patchesOf } from './sites.js';

export interface Partial {
  pairs: number[];
  /** metric of the clean and of the corrupted run, by pair of the unit */
  clean: Float64Array;
  corrupted: Float64Array;
  /** by site name: metric(patched) − metric(base), by pair of the unit */
  effects: Record<string, Float64Array>;
}

/** Both runs of a unit's pairs, shared by all units over the same pairs. */
interface Runs {
  base: CachedRun;
  donor: Donor;
  /** metric of each pair */
  clean: Float64Array;
  corrupted: Float64Array;
  /** logits of the clean run, by pair: KL and L2 are distances from it */
  cleanLogits: Float32Array[];
}

/** Tokens that go through the model at once: enough to keep it busy, little enough for the cache of a small machine. */
const BATCH_TOKENS = 2048;

export async function runUnit(unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<Partial> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const runs = await bench.memo(`activation-patching ${unit.pairs.join()}`, () => prepareRuns(pairs, bench));
  const before = bench.params.direction === 'noising' ? runs.clean : runs.corrupted;
  const effects: Record<string, Float64Array> = {};
  for (let layer = unit.firstLayer; layer < unit.endLayer; layer++) {
    const differs = pairs.map(sameUntil(bench));
    for (const set of patchesOf(bench, layer, differs, runs.base.length)) {
      for (const name of set.names) effects[name] ??= new Float64Array(pairs.length);
      await measureSet(set, layer, pairs, runs, bench, (name, pair, value) => {
        const values = effects[name];
        if (values) values[pair] = value - (before[pair] ?? NaN);
      });
    }
    hooks.onProgress((layer + 1 - unit.firstLayer) / (unit.endLayer - unit.firstLayer));
  }
  return { pairs: unit.pairs, clean: runs.clean, corrupted: runs.corrupted, effects };
}

/** By pair, the position before which base and donor agree in every layer; bidirectional attention carries any difference back. */
const sameUntil =
  ({ architecture, params }: Workbench<Params>) =>
  (pair: Pair): number =>
    params.donor === 'resample' && architecture.attention !== 'bidirectional' ? firstDifference(pair) : 0;

async function prepareRuns(pairs: readonly Pair[], bench: Workbench<Params>): Promise<Runs> {
  const { transformer, params } = bench;
  const site = SITES[params.site].activation;
  const keep = new Set<Kept>(['residPre', 'z', 'keys', 'values', site]);
  const [baseSide, donorSide] = params.direction === 'noising' ? SIDES : [...SIDES].reverse();
  const run = (side: Side, kept: ReadonlySet<Kept>) =>
    cacheRun(
      transformer,
      pairs.map((pair) => pair[side]),
      kept,
    );
  const base = await run(baseSide as Side, keep);
  const other = await run(donorSide as Side, new Set([site]));
  const [clean, corrupted] = params.direction === 'noising' ? [base, other] : [other, base];
  const { values: cleanValues, logits: cleanLogits } = await measure(transformer, clean.final, pairs, params.metric);
  const { values } = await measure(transformer, corrupted.final, pairs, params.metric, cleanLogits);
  const donor = await donorOf(bench, donorSide as Side, other, site);
  return { base, donor, clean: cleanValues, corrupted: values, cleanLogits };
}

type Side = 'clean' | 'corrupted';
const SIDES: readonly Side[] = ['clean', 'corrupted'];

/** Runs a set of patches that start at the same position, some at a time, and reports each one's metric. */
async function measureSet(
  set: PatchedSet,
  layer: number,
  pairs: readonly Pair[],
  { base, donor, cleanLogits }: Runs,
  { transformer, params }: Workbench<Params>,
  report: (name: string, pair: number, value: number) => void,
): Promise<void> {
  const size = Math.max(1, Math.floor(BATCH_TOKENS / (base.length - set.from)));
  const site: Site = SITES[params.site].activation;
  for (let at = 0; at < set.patches.length; at += size) {
    const batch = set.patches.slice(at, at + size);
    const patches: Patch[] = batch.map((p) => ({ ...p, donorRow: donor.shared ? 0 : p.row }));
    const final = await runPatched(transformer, base, { layer, site, donor: donor.at(layer) }, patches);
    const theirs = batch.map((p) => pairs[p.row] as Pair);
    const references = batch.map((p) => cleanLogits[p.row] as Float32Array);
    const { values } = await measure(transformer, final, theirs, params.metric, references);
    for (const [i, patch] of batch.entries()) report(patch.name, patch.row, values[i] ?? NaN);
  }
}
