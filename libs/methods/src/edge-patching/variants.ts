import {
  type Architecture,
  type CachedRun,
  type Floats,
  type Transformer,
  atRead,
  firstReadOf,
  keptAt,
  pastOf,
  runPatched,
  takeRows,
  wholly,
} from '@patchbay/transformer';
import { type EdgeRuns, type Sent, added, subtracted, takeChanges } from '../edges/edge-runs.js';

/** One source's edge removed for one pair. */
export interface Cut extends Sent {
  /** first position that the cut changes */
  from: number;
}

/** What the final norm reads once the batch's edges into one destination (of a head, where they are) are cut. */
export interface Variant {
  head: number;
  /** [cuts, 1, d_model] */
  final: Floats;
}
export type Variants = (model: Transformer, runs: EdgeRuns, cuts: readonly Cut[]) => AsyncGenerator<Variant>;

const rowsOf = (cuts: readonly Cut[]): number[] => cuts.map(({ row }) => row);
const finalOf = (base: CachedRun, cuts: readonly Cut[]): Floats =>
  takeRows(base.final, rowsOf(cuts), 0, base.final.dims[1] ?? 0);
const startOf = (cuts: readonly Cut[]): number => Math.min(...cuts.map(({ from }) => from));

/** An edge into the logits changes what the final norm reads, and nothing else. */
export const logitsVariants: Variants = async function* ({ architecture }, runs, cuts) {
  const { base } = runs.baselines;
  const change = takeChanges(runs, cuts, firstReadOf(architecture, base.length));
  const final = added(finalOf(base, cuts), atRead(change, architecture, base.length));
  yield await Promise.resolve({ head: 0, final });
};

/** An edge into an MLP changes the MLP's output only: the run goes on after the layer. */
export const mlpVariants = (layer: number): Variants =>
  async function* (model, runs, cuts) {
    const { base } = runs.baselines;
    const last = model.architecture.layers - 1;
    const rows = rowsOf(cuts);
    const start = layer === last ? firstReadOf(model.architecture, base.length) : startOf(cuts);
    const own = (l: number, name: 'residPre' | 'z' | 'mlpOut') =>
      takeRows(keptAt(base, l, name), rows, start, base.length);
    // With z given the changed residual stream reaches the MLP alone.
    const resid = added(own(layer, 'residPre'), takeChanges(runs, cuts, start));
    const { mlpOut } = await model.block(layer, { resid, start, z: wholly(own(layer, 'z')) }, ['mlpOut']);
    const change = subtracted(mlpOut, own(layer, 'mlpOut'));
    if (layer === last) {
      yield { head: 0, final: added(finalOf(base, cuts), atRead(change, model.architecture, base.length)) };
      return;
    }
    const donor = added(own(layer + 1, 'residPre'), change);
    const site = { layer: layer + 1, site: 'residPre' as const, donor, donorStart: start };
    const patches = cuts.map(({ row, from }, i) => ({ row, donorRow: i, from, to: base.length }));
    yield { head: 0, final: await runPatched(model, base, site, patches) };
  };

/** An edge into a head's q, k or v changes that head's z only: activation patching goes on from there. */
export const headVariants = (layer: number, letter: number, heads: readonly number[]): Variants =>
  async function* (model, runs, cuts) {
    const { base } = runs.baselines;
    const { architecture } = model;
    const rows = rowsOf(cuts);
    const { start, keepFrom } = zExtent(architecture, layer, base.length, startOf(cuts));
    const reachesBack = architecture.attention === 'bidirectional';
    const change = takeChanges(runs, cuts, start);
    const all = 3 * architecture.heads;
    // Every head's letter reads the changed stream at once: z of each depends on its own inputs alone.
    const mask = Float32Array.from({ length: cuts.length * all }, (_, i) => (i % 3 === letter ? 1 : 0));
    const z = await model.edgeAttention(layer, {
      resid: takeRows(keptAt(base, layer, 'residPre'), rows, start, base.length),
      start,
      keepFrom,
      past: pastOf(base, layer, start, rows),
      changes: { data: change.data, dims: [1, ...change.dims] },
      mask: { data: mask, dims: [cuts.length, 1, all] },
    });
    const site = { layer, site: 'z' as const, donor: z, donorStart: start + keepFrom };
    for (const head of heads) {
      const patches = cuts.map(({ row, from }, i) => ({
        ...{ row, donorRow: i, head },
        ...{ from: Math.max(reachesBack ? 0 : from, start + keepFrom), to: base.length },
      }));
      yield { head, final: await runPatched(model, base, site, patches) };
    }
  };

/** From where on a layer's attention reads, and from where on, after that, its z matters. */
function zExtent(architecture: Architecture, layer: number, length: number, from: number) {
  const firstRead = firstReadOf(architecture, length);
  const start = architecture.attention === 'bidirectional' ? 0 : Math.min(from, firstRead);
  return { start, keepFrom: layer === architecture.layers - 1 ? firstRead - start : 0 };
}
