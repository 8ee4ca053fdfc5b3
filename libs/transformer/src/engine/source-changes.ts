import { floats } from '@patchbay/runtime';
import { type CachedRun, keptAt } from './cached-run.js';
import { rowOf, takeRows } from './rows.js';
import type { Floats, Transformer } from './transformer.js';

/** Outputs that take the place of the sources' own: another run's, a mean, or zero, each [rows, seq, …]. */
export interface Donor {
  input: Floats;
  z(layer: number): Floats;
  mlpOut(layer: number): Floats;
}

/** One prompt of a base run and the donor's row that belongs to it. */
export interface DonorRow {
  row: number;
  donorRow: number;
}

/** The donor of a cached run: what it kept. @param run kept z, mlpOut and residPre */
export const donorFromRun = (run: CachedRun): Donor => ({
  input: keptAt(run, 0, 'residPre'),
  z: (layer) => keptAt(run, layer, 'z'),
  mlpOut: (layer) => keptAt(run, layer, 'mlpOut'),
});

/** Sources in the order in which they are written: the input, then by layer the heads and the MLP. */
export const sourceOfHead = (heads: number, layer: number, head: number): number => 1 + layer * (heads + 1) + head;
export const sourceOfMlp = (heads: number, layer: number): number => sourceOfHead(heads, layer, heads);

/** donor − own of an output, by row: own is [batch, positions, …] from position `start` on. */
export function outputChange(own: Floats, donor: Floats, rows: readonly DonorRow[], start: number): Floats {
  const [, positions = 0, ...rest] = own.dims;
  const width = rest.reduce((a, b) => a * b, 1);
  const data = new Float32Array(own.data.length);
  rows.forEach(({ donorRow }, i) => {
    const given = rowOf(donor, donorRow);
    const offset = i * positions * width;
    for (let k = 0; k < positions * width; k++) {
      data[offset + k] = (given[start * width + k] ?? NaN) - (own.data[offset + k] ?? NaN);
    }
  });
  return floats(data, ...own.dims);
}

/**
 * Change of what each head of a layer writes, (z′ − z) W_O: no bias is in it, since b_O belongs to no edge.
 *
 * @param z of the run at hand [batch, positions, heads, d_head], from position `start` on
 * @returns [heads, batch, positions, d_model]
 */
export async function headChanges(
  model: Transformer,
  layer: number,
  z: Floats,
  donor: Donor,
  rows: readonly DonorRow[],
  start: number,
): Promise<Floats> {
  const [batch = 0, positions = 0, heads = 0, dHead = 0] = z.dims;
  const change = outputChange(z, donor.z(layer), rows, start);
  const writes = await model.headWrites(layer, floats(change.data, batch * positions, heads, dHead));
  return floats(writes.data, heads, batch, positions, model.architecture.dModel);
}

/**
 * Changes of all sources' outputs between a base run and a donor, positions from `start` on.
 *
 * @param base kept residPre, z and mlpOut
 * @returns [sources, batch, positions, d_model]
 */
export async function sourceChanges(
  model: Transformer,
  base: CachedRun,
  donor: Donor,
  rows: readonly DonorRow[],
  start: number,
): Promise<Floats> {
  const { layers, heads } = model.architecture;
  const ids = rows.map(({ row }) => row);
  const own = (layer: number, name: 'residPre' | 'z' | 'mlpOut'): Floats =>
    takeRows(keptAt(base, layer, name), ids, start, base.length);
  const input = outputChange(own(0, 'residPre'), donor.input, rows, start);
  const sources = sourceOfHead(heads, layers, 0);
  const data = new Float32Array(sources * input.data.length);
  data.set(input.data);
  for (let layer = 0; layer < layers; layer++) {
    const byHead = await headChanges(model, layer, own(layer, 'z'), donor, rows, start);
    data.set(byHead.data, sourceOfHead(heads, layer, 0) * input.data.length);
    const mlp = outputChange(own(layer, 'mlpOut'), donor.mlpOut(layer), rows, start);
    data.set(mlp.data, sourceOfMlp(heads, layer) * input.data.length);
  }
  return { data, dims: [sources, ...input.dims] };
}
