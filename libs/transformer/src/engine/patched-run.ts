import { flags, floats } from '@patchbay/runtime';
import { type CachedRun, type Site, keptAt, pastOf } from './cached-run.js';
import { assertPatched } from './check-interventions.js';
import { firstReadOf } from './positions.js';
import { atRead, rowOf, takeRows } from './rows.js';
import { type BlockInput, type Floats, type Replacement, type Transformer, wholly } from './transformer.js';

/** One activation of one prompt overwritten: a head's z, or a whole site, at positions from … to − 1. */
export interface Patch {
  /** prompt of the base run */
  row: number;
  /** row of the donor; 0 where all prompts share one donor (zero, mean) */
  donorRow: number;
  head?: number;
  from: number;
  to: number;
}

export interface PatchedSite {
  layer: number;
  site: Site;
  /** the site's activation in the donor run [donor rows, seq, …] */
  donor: Floats;
  /** position of the donor's first one (default 0) */
  donorStart?: number;
}

/**
 * The base run with one activation overwritten in each row, computed from the patched layer on and, where attention is
 * causal, from the first patched position on: layers below and positions before cannot change, so their residual
 * stream, keys and values are the base run's. In the last layer only the positions that the answer is read from are
 * computed.
 *
 * @param base kept residPre, keys, values of every layer and z of the patched one
 * @returns residual stream after the last block where the answer is read [patches, read positions, d_model]
 */
export async function runPatched(
  model: Transformer,
  base: CachedRun,
  patched: PatchedSite,
  patches: readonly Patch[],
): Promise<Floats> {
  const { layer, site } = patched;
  const last = model.architecture.layers - 1;
  const rows = patches.map((patch) => patch.row);
  const firstRead = firstReadOf(model.architecture, base.length);
  const firstPatched = Math.min(...patches.map((patch) => patch.from));
  const firstChanged = model.architecture.attention === 'bidirectional' ? 0 : Math.min(firstPatched, firstRead);
  // In the last layer a head or an output at an earlier position has no reader left.
  const start = layer === last && site !== 'residPre' ? firstRead : firstChanged;
  const entering = enterAt(base, patched, patches, start);
  checkOnce(base, patched, patches, start, entering);
  let input = { ...entering, start, past: pastOf(base, layer, start, rows) };
  for (let l = layer; l < last; l++) {
    const { residPost } = await model.block(l, input, ['residPost']);
    input = { resid: residPost, start, past: pastOf(base, l + 1, start, rows) };
  }
  const { residPost } = await model.block(last, { ...input, keepFrom: firstRead - start }, ['residPost']);
  return atRead(residPost, model.architecture, base.length);
}

/** Sites and layers of a base run whose patches were seen to be made. */
const checked = new WeakMap<CachedRun, Set<string>>();

function checkOnce(
  base: CachedRun,
  patched: PatchedSite,
  patches: readonly Patch[],
  start: number,
  input: ReturnType<typeof enterAt>,
): void {
  const kinds = checked.get(base) ?? new Set();
  checked.set(base, kinds);
  const kind = `${patched.site} ${patched.layer}`;
  if (kinds.has(kind)) return;
  const { site } = patched;
  const replacement = site === 'residPre' ? undefined : input[site];
  const entering = replacement?.given ?? input.resid;
  assertPatched(base, patched, patches, { entering, start, mask: site === 'z' ? undefined : replacement?.mask });
  kinds.add(kind);
}

/** What enters the patched layer's block: the base run's activations, overwritten by the donor's. */
function enterAt(
  base: CachedRun,
  patched: PatchedSite,
  patches: readonly Patch[],
  start: number,
): Pick<BlockInput, 'resid' | 'z' | 'attnOut' | 'mlpOut'> {
  const { layer, site } = patched;
  const rows = patches.map((patch) => patch.row);
  const fromBase = (name: 'residPre' | 'z'): Floats => takeRows(keptAt(base, layer, name), rows, start, base.length);
  const resid = fromBase('residPre');
  if (site === 'residPre') {
    overwrite(resid, patched, patches, start);
    return { resid };
  }
  const z = wholly(fromBase('z'));
  if (site === 'z') {
    overwrite(z.given, patched, patches, start);
    return { resid, z };
  }
  return { resid, z, [site]: replacement(patched, patches, start, base.length) };
}

/** Copies the patched positions of each row (of one head, where the patch names one) from the donor. */
function overwrite(x: Floats, { donor, donorStart = 0 }: PatchedSite, patches: readonly Patch[], start: number): void {
  const [, seq = 0, ...rest] = x.dims;
  const width = rest.reduce((a, b) => a * b, 1);
  const headWidth = rest.at(-1) ?? 0;
  patches.forEach(({ donorRow, head, from, to }, i) => {
    const source = rowOf(donor, donorRow);
    const [shift, size] = head === undefined ? [0, width] : [head * headWidth, headWidth];
    for (let t = Math.max(from, start); t < to; t++) {
      const at = (t - donorStart) * width + shift;
      const values = source.subarray(at, at + size);
      x.data.set(values, (i * seq + t - start) * width + shift);
    }
  });
}

/** The donor's whole output of a block's half at the patched positions. */
function replacement(patched: PatchedSite, patches: readonly Patch[], start: number, end: number): Replacement {
  const width = patched.donor.dims[2] ?? 0;
  const seq = end - start;
  const given = floats(new Float32Array(patches.length * seq * width), patches.length, seq, width);
  overwrite(given, patched, patches, start);
  const mask = new Uint8Array(patches.length * seq);
  patches.forEach(({ from, to }, i) =>
    mask.fill(1, i * seq + Math.max(from, start) - start, i * seq + Math.max(to, start) - start),
  );
  return { given, mask: flags(mask, patches.length, seq, 1) };
}
