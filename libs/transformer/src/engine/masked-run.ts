import { floats } from '@patchbay/runtime';
import type { Architecture } from '../architecture.js';
import { type CachedRun, keptAt, pastOf } from './cached-run.js';
import { firstReadOf } from './positions.js';
import { atRead, takeRows } from './rows.js';
import { type Donor, type DonorRow, headChanges, outputChange, sourceChanges } from './source-changes.js';
import { SourceOrder } from './sources.js';
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
  /** kept residPre, share, mlpOut, keys, values of every layer */
  base: CachedRun;
  donor: Donor;
  /** by row of the batch */
  rows: readonly DonorRow[];
  masks: EdgeMasks;
  /** positions before this one are the same in base and donor, in every source and layer */
  start: number;
  /**
   * u′ − u of all sources between base and donor, if known [sources, prompts of the base run, positions, d_model], of the
   * last so many positions: from `start` on at least, or from the first read one where that is earlier
   */
  changes?: Floats;
}

/**
 * The base run with any set of edges removed in each row: whenever a destination reads, its input is
 * Σ_s [u_s + M_{s,d} (u′_s − u_s)] with u_s the source's value in this very run and u′_s the donor's
 * (Hanna et al. 2024; Conmy et al. 2023). Starts at the first layer with a removed edge and at position `start`.
 *
 * @returns what the final norm reads, where the answer is read [batch, read positions, d_model]
 */
export async function runMasked(model: Transformer, run: MaskedRun): Promise<Floats> {
  const { base, masks, rows } = run;
  const { layers, dModel } = model.architecture;
  const first = Array.from({ length: layers }, (_, l) => l).find((l) => masks.attention[l] ?? masks.mlp[l]) ?? layers;
  const firstRead = firstReadOf(model.architecture, base.length);
  // Without a causal mask a difference reaches back to every position.
  const firstChanged = model.architecture.attention === 'bidirectional' ? 0 : Math.min(run.start, firstRead);
  const start = first === layers ? firstRead : firstChanged;
  const positions = base.length - start;
  const changes = new UsedChanges(usedSources(masks), rows.length, positions, dModel);
  await pushBaseChanges(model, { ...run, start }, changes, first);

  const ids = rows.map(({ row }) => row);
  if (first === layers) {
    const change = floats(new Float32Array(rows.length * positions * dModel), rows.length, positions, dModel);
    if (masks.logits) changes.addTo(change, masks.logits);
    const { data, dims } = takeRows(base.final, ids, 0, base.final.dims[1] ?? 0);
    const { data: added } = atRead(change, model.architecture, base.length);
    return floats(
      data.map((v, i) => v + (added[i] ?? NaN)),
      ...dims,
    );
  }
  let resid = takeRows(keptAt(base, first, 'residPre'), ids, start, base.length);
  for (let layer = first; layer < layers; layer++) {
    resid = await maskedBlock(model, { ...run, start }, changes, layer, resid);
  }
  if (masks.logits) changes.addTo(resid, masks.logits);
  return atRead(resid, model.architecture, base.length);
}

/** One block of the run: resid [batch, seq, d_model] → the same, in the last layer from the first read position on. */
async function maskedBlock(
  model: Transformer,
  { base, donor, rows, masks, start }: MaskedRun,
  changes: UsedChanges,
  layer: number,
  resid: Floats,
): Promise<Floats> {
  const { architecture } = model;
  const firstRead = firstReadOf(architecture, base.length);
  const keepFrom = layer === architecture.layers - 1 ? firstRead - start : 0;
  const ids = rows.map(({ row }) => row);
  const input: BlockInput = { resid, start, keepFrom, past: pastOf(base, layer, start, ids) };
  const attentionMask = masks.attention[layer];
  const mlpMask = masks.mlp[layer];
  const uses = usesOf(architecture, changes, layer);
  const from = { donor, rows, start: start + keepFrom };
  const pushMlp = (mlpOut: Floats): void => changes.push(outputChange(mlpOut, donor.mlpOut(layer), rows, from.start));

  const edited = attentionMask && (await edgeAttention(model, changes, layer, { input, mask: attentionMask }));
  const attended = edited ? { ...input, z: wholly(edited) } : input;
  if (!mlpMask) {
    const out = await model.block(layer, attended, ['residPost', ...namesOf(uses)]);
    if (uses.heads) await pushHeads(model, from, changes, layer, out.share);
    if (uses.mlp) pushMlp(out.mlpOut);
    return out.residPost;
  }
  // The MLP reads changes of this layer's heads: they are there before it runs.
  const z = edited ?? (await model.block(layer, input, ['z'])).z;
  const whole = { ...input, z: wholly(z) };
  if (uses.heads) await pushHeads(model, from, changes, layer, await shareOf(model, layer, whole, z));
  const read = takeRows(resid, [...rows.keys()], keepFrom, base.length - start);
  const before = read.data.slice();
  changes.addTo(read, mlpMask);
  // The block reads the edited stream, of which only the MLP's output is taken: z is given, so nothing else reads it.
  const { attnOut, mlpOut } = await model.block(layer, { resid: read, start: from.start, z: whole.z }, [
    'attnOut',
    'mlpOut',
  ]);
  if (uses.mlp) pushMlp(mlpOut);
  return floats(sum(before, attnOut.data, mlpOut.data), ...read.dims);
}

const namesOf = (uses: { heads: boolean; mlp: boolean }) => [
  ...(uses.heads ? (['share'] as const) : []),
  ...(uses.mlp ? (['mlpOut'] as const) : []),
];

/** Each head's share of what attention writes: z itself where no norm follows W_O. */
async function shareOf(model: Transformer, layer: number, input: BlockInput, z: Floats): Promise<Floats> {
  if (model.architecture.block(layer).attentionPostNorm === undefined) return z;
  return (await model.block(layer, input, ['share'])).share;
}

/** Which of a layer's sources some row removes. */
function usesOf(architecture: Architecture, { used }: UsedChanges, layer: number): { heads: boolean; mlp: boolean } {
  const order = new SourceOrder(architecture);
  const first = order.head(layer, 0);
  const mlp = order.mlp(layer);
  return {
    heads: used.some((source) => source >= first && source < first + architecture.heads),
    mlp: mlp !== undefined && used.includes(mlp),
  };
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
  { base, donor, rows, start, changes: known }: MaskedRun,
  changes: UsedChanges,
  layers: number,
): Promise<void> {
  const ends = new SourceOrder(model.architecture).head(layers, 0);
  const sources = changes.used.filter((source) => source < ends);
  if (sources.length === 0) return;
  const { data, dims } = known ?? (await sourceChanges(model, base, donor, rows, start));
  const size = data.length / (dims[0] ?? 1);
  const prompts = known ? rows.map(({ row }) => row) : [...rows.keys()];
  for (const source of sources) {
    changes.push(floats(data.subarray(source * size, (source + 1) * size), ...dims.slice(1)), prompts);
  }
}

async function pushHeads(
  model: Transformer,
  { donor, rows, start }: Pick<MaskedRun, 'donor' | 'rows' | 'start'>,
  changes: UsedChanges,
  layer: number,
  share: Floats,
): Promise<void> {
  const { heads } = model.architecture;
  const order = new SourceOrder(model.architecture);
  const { data, dims } = await headChanges(model, layer, share, donor, rows, start);
  const size = data.length / heads;
  for (let head = 0; head < heads; head++) {
    if (!changes.has(order.head(layer, head))) continue;
    changes.push(floats(data.subarray(head * size, (head + 1) * size), ...dims.slice(1)));
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
