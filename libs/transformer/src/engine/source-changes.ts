import { floats } from '@patchbay/runtime';
import { type CachedRun, keptAt } from './cached-run.js';
import { rowOf, takeRows } from './rows.js';
import { hasPositionSource, SourceOrder } from './sources.js';
import type { Floats, Transformer } from './transformer.js';

/** Outputs that take the place of the sources' own: another run's, a mean, or zero, each [rows, seq, …]. */
export interface Donor {
  /** token and position embeddings together */
  input: Floats;
  /** position embeddings; absent: the model's own */
  positions?: Floats;
  /** each head's `share` */
  share(layer: number): Floats;
  mlpOut(layer: number): Floats;
}

/** One prompt of a base run and the donor's row that belongs to it. */
export interface DonorRow {
  row: number;
  donorRow: number;
}

/** The donor of a cached run: what it kept. @param run kept residPre, share and mlpOut */
export const donorFromRun = (run: CachedRun): Donor => ({
  input: keptAt(run, 0, 'residPre'),
  share: (layer) => keptAt(run, layer, 'share'),
  mlpOut: (layer) => keptAt(run, layer, 'mlpOut'),
});

/** donor − own of an output, by row: own is [batch, positions, …] from position `start` on. */
export function outputChange(own: Floats, donor: Floats, rows: readonly DonorRow[], start: number): Floats {
  const [, positions = 0, ...rest] = own.dims;
  const width = rest.reduce((a, b) => a * b, 1);
  const data = new Float32Array(own.data.length);
  rows.forEach(({ donorRow }, i) => {
    const given = rowOf(donor, donorRow).subarray(start * width);
    const offset = i * positions * width;
    for (let k = 0; k < positions * width; k++) data[offset + k] = (given[k] ?? NaN) - (own.data[offset + k] ?? NaN);
  });
  return floats(data, ...own.dims);
}

/** Changes of the sources before the first layer: the input, and the positions where they are a source of their own. */
async function inputChanges(
  model: Transformer,
  base: CachedRun,
  donor: Donor,
  rows: readonly DonorRow[],
  start: number,
): Promise<Floats[]> {
  const ids = rows.map(({ row }) => row);
  const own = takeRows(keptAt(base, 0, 'residPre'), ids, start, base.length);
  const both = outputChange(own, donor.input, rows, start);
  if (!hasPositionSource(model.architecture)) return [both];
  const embedded = await model.positionEmbeddings(base.length);
  const one = ids.map(() => 0);
  const before = takeRows(embedded, one, start, base.length);
  const positions = outputChange(
    before,
    donor.positions ?? embedded,
    ids.map(() => ({ row: 0, donorRow: 0 })),
    start,
  );
  const tokens = both.data.map((v, i) => v - (positions.data[i] ?? NaN));
  return [floats(tokens, ...both.dims), positions];
}

/**
 * Change of what each head of a layer writes, (share′ − share) W_O: no bias is in it, since b_O belongs to no edge.
 *
 * @param share of the run at hand [batch, positions, heads, d_head], from position `start` on
 * @returns [heads, batch, positions, d_model]
 */
export async function headChanges(
  model: Transformer,
  layer: number,
  share: Floats,
  donor: Donor,
  rows: readonly DonorRow[],
  start: number,
): Promise<Floats> {
  const [batch = 0, positions = 0, heads = 0, dHead = 0] = share.dims;
  const change = outputChange(share, donor.share(layer), rows, start);
  const writes = await model.headWrites(layer, floats(change.data, batch * positions, heads, dHead));
  return floats(writes.data, heads, batch, positions, model.architecture.dModel);
}

/**
 * Changes of all sources' outputs between a base run and a donor, positions from `start` on.
 *
 * @param base kept residPre, share and mlpOut
 * @returns [sources, batch, positions, d_model]
 */
export async function sourceChanges(
  model: Transformer,
  base: CachedRun,
  donor: Donor,
  rows: readonly DonorRow[],
  start: number,
): Promise<Floats> {
  const { layers } = model.architecture;
  const order = new SourceOrder(model.architecture);
  const ids = rows.map(({ row }) => row);
  const own = (layer: number, name: 'share' | 'mlpOut'): Floats =>
    takeRows(keptAt(base, layer, name), ids, start, base.length);
  const inputs = await inputChanges(model, base, donor, rows, start);
  const [first] = inputs;
  const size = first?.data.length ?? 0;
  const sources = order.head(layers, 0);
  const data = new Float32Array(sources * size);
  inputs.forEach((change, source) => data.set(change.data, source * size));
  for (let layer = 0; layer < layers; layer++) {
    const byHead = await headChanges(model, layer, own(layer, 'share'), donor, rows, start);
    data.set(byHead.data, order.head(layer, 0) * size);
    const mlp = order.mlp(layer);
    if (mlp === undefined) continue;
    data.set(outputChange(own(layer, 'mlpOut'), donor.mlpOut(layer), rows, start).data, mlp * size);
  }
  return { data, dims: [sources, ...(first?.dims ?? [])] };
}
