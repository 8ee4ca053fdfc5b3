/**
 * @file Checks that an intervention changed what it names. Every number that a method reports stands on that, and an
 * intervention that is not made gives plausible numbers: so the first of each kind is held against what was asked for,
 * by code that shares nothing with the code that makes it.
 */
import { PatchbayError } from '@patchbay/contracts';
import type { CachedRun } from './cached-run.js';
import type { Patch, PatchedSite } from './patched-run.js';
import type { BlockInput, EdgeInput, Floats, Replacement, Transformer } from './transformer.js';

/** The sites of a block whose activation may be given. */
export const REPLACEABLE = ['z', 'attnOut', 'mlpOut'] as const;

/** Elements that are looked at in one activation: the graph treats all rows alike. */
const SAMPLES = 20_000;

/** Rounding of one layer's attention in two orders of sums, against its largest value. */
const ROUNDING = 1e-3;

const notMade = (site: string, what: string): PatchbayError =>
  new PatchbayError(
    'internal',
    `The intervention on ${site} was not made: ${what}.`,
    'This is a defect in Patchbay, and no number of this run can be trusted: please report it with the request.',
  );

/** Asserts that an activation fetched from a block is what was given, wherever the mask says so. */
export function assertReplaced(
  layer: number,
  site: (typeof REPLACEABLE)[number],
  { given, mask }: Replacement,
  actual: Floats,
): void {
  // an odd step comes by every head and width, which are even
  const step = Math.ceil(actual.data.length / SAMPLES) | 1;
  for (let i = 0; i < actual.data.length; i += step) {
    const isGiven = mask.data[broadcastIndex(i, actual.dims, mask.dims)];
    if (!isGiven || actual.data[i] === given.data[broadcastIndex(i, actual.dims, given.dims)]) continue;
    throw notMade(`${site} of layer ${layer}`, `it is ${actual.data[i]} at element ${i}, not what was given`);
  }
}

/** Where element `i` of a tensor finds its value in one that broadcasts to it. */
function broadcastIndex(i: number, dims: readonly number[], from: readonly number[]): number {
  let index = 0;
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const size = dims[axis] ?? 1;
    if (from[axis] !== 1) index += (i % size) * stride;
    stride *= from[axis] ?? 1;
    i = Math.floor(i / size);
  }
  return index;
}

/**
 * Asserts that what goes into a patched block is the donor's at each patch's head and positions, and the base run's
 * elsewhere.
 *
 * @param entering of the patched site [patches, positions, …], from position `start` on
 * @param isPatched whether the given value counts, by row and position; where not, the block computes its own
 */
export function assertPatched(
  base: CachedRun,
  { layer, site, donor, donorStart = 0 }: PatchedSite,
  patches: readonly Patch[],
  { entering, start, mask }: { entering: Floats; start: number; mask?: Replacement['mask'] },
): void {
  const [, positions = 0, ...rest] = entering.dims;
  const width = rest.reduce((a, b) => a * b, 1);
  const own = base.layers[layer]?.[site];
  patches.forEach(({ row, donorRow, head, from, to }, i) => {
    for (let k = 0; k < positions * width; k++) {
      const position = start + Math.floor(k / width);
      const isInside = position >= from && position < to;
      const isMeant = isInside && (head === undefined || Math.floor((k % width) / (rest.at(-1) ?? 1)) === head);
      if (mask && Boolean(mask.data[i * positions + position - start]) !== isInside) {
        throw notMade(`${site} of layer ${layer}`, `position ${position} is ${isInside ? 'not given' : 'given'}`);
      }
      if (mask && !isInside) continue;
      const [source, sourceRow, first] = isMeant ? [donor, donorRow, donorStart] : [own, row, 0];
      const expected = source?.data[(sourceRow * (source.dims[1] ?? 0) + position - first) * width + (k % width)];
      if (entering.data[i * positions * width + k] === expected) continue;
      throw notMade(`${site} of layer ${layer}`, `position ${position} of prompt ${row} has another value`);
    }
  });
}

/** Whether a patch puts in just what the base run has there, so that its effect is 0. */
export function changesNothing(
  base: CachedRun,
  { layer, site, donor, donorStart = 0 }: PatchedSite,
  { row, donorRow, head, from, to }: Patch,
): boolean {
  const own = base.layers[layer]?.[site];
  if (!own) return false;
  const [, length = 0, ...rest] = own.dims;
  const width = rest.reduce((a, b) => a * b, 1);
  const size = head === undefined ? width : (rest.at(-1) ?? 0);
  const shift = head === undefined ? 0 : head * size;
  for (let t = from; t < to; t++) {
    const at = (row * length + t) * width + shift;
    const there = (donorRow * (donor.dims[1] ?? 0) + t - donorStart) * width + shift;
    for (let k = 0; k < size; k++) if (own.data[at + k] !== donor.data[there + k]) return false;
  }
  return true;
}

/**
 * Asserts that a layer's edge graph puts the removed edges' changes where its mask says. One head of one row is given
 * its changes by q, k and v alike: its z must then be the block's own z over the changed residual stream, and every
 * other head's that over the stream as it is.
 */
export async function assertEdgesReplaced(
  model: Transformer,
  layer: number,
  input: BlockInput & EdgeInput,
  run: (one: BlockInput & EdgeInput) => Promise<Floats>,
): Promise<void> {
  const { mask, changes, resid, past } = input;
  const [, sources = 0, columns = 0] = mask.dims;
  const first = mask.data.findIndex((v) => v !== 0);
  if (first < 0) return;
  const row = Math.floor(first / (sources * columns));
  const head = Math.floor((first % columns) / 3);
  const weights = Array.from(
    { length: sources },
    (_, s) => mask.data[(row * sources + s) * columns + (first % columns)],
  );
  const ofRow = rowsOf(resid, row);
  const changesOfRow = weights.map((_, s) => rowsOf(changes, s * (changes.dims[1] ?? 0) + row, 2));
  const read = { dims: ofRow.dims, data: ofRow.data.map((v, i) => v + total(weights, changesOfRow, i)) };
  const own = { ...input, ...(past && { past: { ...past, rows: past.rows.slice(row, row + 1) } }) };
  const alone = new Float32Array(sources * columns);
  weights.forEach((weight, s) => alone.fill(weight ?? 0, s * columns + 3 * head, s * columns + 3 * head + 3));
  const z = await run({
    ...own,
    resid: ofRow,
    mask: { data: alone, dims: [1, sources, columns] },
    changes: { data: joined(changesOfRow), dims: [sources, 1, ...ofRow.dims.slice(1)] },
  });
  const plain: BlockInput = { resid: ofRow, start: input.start, keepFrom: input.keepFrom, past: own.past };
  const { z: before } = await model.block(layer, plain, ['z']);
  const { z: after } = await model.block(layer, { ...plain, resid: read }, ['z']);
  const dHead = z.dims[3] ?? 1;
  const heads = z.dims[2] ?? 1;
  const largest = Math.max(largestOf(after), largestOf(before));
  for (const [i, value] of z.data.entries()) {
    const at = Math.floor(i / dHead) % heads;
    const expected = (at === head ? after : before).data[i] ?? NaN;
    if (Math.abs(value - expected) <= ROUNDING * largest) continue;
    throw notMade(`the edges into a${layer}.h${head}`, `a${layer}.h${at} has z ${value} instead of ${expected}`);
  }
}

const largestOf = ({ data }: Floats): number => data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** One entry of the leading axes (one of them, or two as one) as a batch of one. */
function rowsOf({ data, dims }: Floats, row: number, axes = 1): Floats {
  const rest = dims.slice(axes);
  const width = rest.reduce((a, b) => a * b, 1);
  return { data: data.slice(row * width, (row + 1) * width), dims: [1, ...rest] };
}

const total = (weights: readonly (number | undefined)[], of: readonly Floats[], i: number): number =>
  of.reduce((sum, { data }, s) => sum + (weights[s] ?? 0) * (data[i] ?? NaN), 0);

function joined(parts: readonly Floats[]): Float32Array {
  const data = new Float32Array(parts.reduce((size, part) => size + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return data;
}
