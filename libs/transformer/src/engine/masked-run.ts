import { floats } from '@patchbay/runtime';
import { type CachedRun, keptAt, pastOf } from './cached-run.js';
import { takeRows } from './rows.js';
import { type Donor, type DonorRow, headChanges, outputChange, sourceOfHead, sourceOfMlp } from './source-changes.js';
import { type BlockInput, type Floats, type Transformer, wholly } from './transformer.js';
import { UsedChanges } from './used-changes.js';

/**
 * Removed edges of each row of a batch: 1 where the edge carries the donor's value, 0 where it carries the run's own;
 * undefined where nothing is removed in any row. Sources are those that the destination sees, in order.
 */
export interface EdgeMasks {
  /** by layer [batch, sources, heads · 3], a head's q, k, v together */
  attention: readonly (Floats | undefined)[];
  /** by layer [batch, sources] */
  mlp: readonly (Floats | undefined)[];
  /** [batch, sources] */
  logits: Floats | undefined;
}

export interface MaskedRun {
  /** kept residPre, z, mlpOut, keys, values of every layer */
  base: CachedRun;
  donor: Donor;
  /** by row of the batch */
  rows: readonly DonorRow[];
  masks: EdgeMasks;
  /** positions before this one are the same in base and donor, in every source */
  start: number;
}

/**
 * The base run with any set of edges removed in each row: whenever a destination reads, its input is
 * Σ_s [u_s + M_{s,d} (u′_s − u_s)] with u_s the source's value in this very run and u′_s the donor's
 * (Hanna et al. 2024; Conmy et al. 2023). Starts at the first layer with a removed edge and at position `start`.
 *
 * @returns what the final norm reads, at the last position [batch, 1, d_model]
 */
export async function runMasked(model: Transformer, run: MaskedRun): Promise<Floats> {
  const { base, masks, rows } = run;
  const { layers, dModel } = model.architecture;
  const first = Array.from({ length: layers }, (_, l) => l).find((l) => masks.attention[l] ?? masks.mlp[l]) ?? layers;
  const start = first === layers ? base.length - 1 : run.start;
  const changes = new UsedChanges(usedSources(masks), rows.length, base.length - start, dModel);
  await pushBaseChanges(model, { ...run, start }, changes, first);

  const ids = rows.map(({ row }) => row);
  let resid =
    first === layers
      ? takeRows(base.final, ids, 0, 1)
      : takeRows(keptAt(base, first, 'residPre'), ids, start, base.length);
  for (let layer = first; layer < layers; layer++) {
    resid = await maskedBlock(model, { ...run, start }, changes, layer, resid);
  }
  if (masks.logits) changes.addTo(resid, masks.logits);
  return resid;
}

/** One block of the run: resid [batch, seq, d_model] → the same, in the last layer of the last position only. */
async function maskedBlock(
  model: Transformer,
  { base, donor, rows, masks, start }: MaskedRun,
  changes: UsedChanges,
  layer: number,
  resid: Floats,
): Promise<Floats> {
  const { heads, layers } = model.architecture;
  const keepFrom = layer === layers - 1 ? base.length - 1 - start : 0;
  const input: BlockInput = {
    resid,
    start,
    keepFrom,
    past: pastOf(
      base,
      layer,
      start,
      rows.map(({ row }) => row),
    ),
  };
  const [attentionMask, mlpMask] = [masks.attention[layer], masks.mlp[layer]];
  const usesHeads = changes.used.some((s) => s >= sourceOfHead(heads, layer, 0) && s < sourceOfMlp(heads, layer));
  const usesMlp = changes.has(sourceOfMlp(heads, layer));

  let z = attentionMask && (await edgeAttention(model, changes, layer, { input, mask: attentionMask }));
  z ??= usesHeads || mlpMask ? (await model.block(layer, input, ['z'])).z : undefined;
  if (z && usesHeads) await pushHeads(model, { donor, rows, start: start + keepFrom }, changes, layer, z);

  const whole = z ? { ...input, z: wholly(z) } : input;
  const names = ['residPost', 'attnOut', 'mlpOut'] as const;
  let residPost: Floats;
  let mlpOut: Floats;
  if (mlpMask) {
    const read = takeRows(resid, [...rows.keys()], keepFrom, base.length - start);
    const before = read.data.slice();
    changes.addTo(read, mlpMask);
    // The block reads the edited stream, of which only the MLP's output is taken: z is given, so nothing else reads it.
    const out = await model.block(layer, { resid: read, start: start + keepFrom, z: whole.z }, names);
    ({ mlpOut } = out);
    residPost = floats(sum(before, out.attnOut.data, mlpOut.data), ...read.dims);
  } else {
    ({ residPost, mlpOut } = await model.block(layer, whole, names));
  }
  if (usesMlp) changes.push(outputChange(mlpOut, donor.mlpOut(layer), rows, start + keepFrom).data);
  return residPost;
}

function edgeAttention(
  model: Transformer,
  changes: UsedChanges,
  layer: number,
  { input, mask }: { input: BlockInput; mask: Floats },
): Promise<Floats> | undefined {
  const count = changes.countBefore(mask.dims[1] ?? 0);
  if (count === 0) return undefined;
  return model.edgeAttention(layer, { ...input, changes: changes.first(count), mask: changes.columns(mask, count) });
}

/** Changes of the sources before the first layer that differs: their own values are the base run's. */
async function pushBaseChanges(
  model: Transformer,
  { base, donor, rows, start }: MaskedRun,
  changes: UsedChanges,
  layers: number,
): Promise<void> {
  const ids = rows.map(({ row }) => row);
  const own = (layer: number, name: 'residPre' | 'z' | 'mlpOut'): Floats =>
    takeRows(keptAt(base, layer, name), ids, start, base.length);
  if (changes.has(0)) changes.push(outputChange(own(0, 'residPre'), donor.input, rows, start).data);
  const { heads } = model.architecture;
  for (let layer = 0; layer < layers; layer++) {
    const mlp = sourceOfMlp(heads, layer);
    if (changes.used.some((s) => s >= mlp - heads && s < mlp)) {
      await pushHeads(model, { donor, rows, start }, changes, layer, own(layer, 'z'));
    }
    if (changes.has(mlp)) changes.push(outputChange(own(layer, 'mlpOut'), donor.mlpOut(layer), rows, start).data);
  }
}

async function pushHeads(
  model: Transformer,
  { donor, rows, start }: Pick<MaskedRun, 'donor' | 'rows' | 'start'>,
  changes: UsedChanges,
  layer: number,
  z: Floats,
): Promise<void> {
  const { heads } = model.architecture;
  const { data } = await headChanges(model, layer, z, donor, rows, start);
  const size = data.length / heads;
  for (let head = 0; head < heads; head++) {
    if (changes.has(sourceOfHead(heads, layer, head))) changes.push(data.subarray(head * size, (head + 1) * size));
  }
}

/** Sources that some row removes towards some destination, ascending. */
function usedSources({ attention, mlp, logits }: EdgeMasks): number[] {
  const used = new Set<number>();
  for (const mask of [...attention, ...mlp, logits]) {
    if (!mask) continue;
    const [, sources = 0, ...rest] = mask.dims;
    const width = rest.reduce((a, b) => a * b, 1);
    mask.data.forEach((v, i) => {
      if (v !== 0) used.add(Math.floor(i / width) % sources);
    });
  }
  return [...used].sort((a, b) => a - b);
}

const sum = (a: Float32Array, b: Float32Array, c: Float32Array): Float32Array =>
  a.map((v, i) => v + (b[i] ?? NaN) + (c[i] ?? NaN));
