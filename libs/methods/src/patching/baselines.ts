import { type CachedRun, type Floats, type Kept, type Transformer, cacheRun } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { measure } from '../measure.js';

export type Side = 'clean' | 'corrupted';
export type Direction = 'noising' | 'denoising';

/** The side that is patched and the side that the new values come from. */
export const sidesOf = (direction: Direction): { base: Side; donor: Side } =>
  direction === 'noising' ? { base: 'clean', donor: 'corrupted' } : { base: 'corrupted', donor: 'clean' };

/** Both runs of some pairs, and the metric of each. */
export interface Baselines {
  base: CachedRun;
  donor: CachedRun;
  clean: Float64Array;
  corrupted: Float64Array;
  /** logits of the clean run, by pair: KL and L2 are distances from it */
  cleanLogits: Float32Array[];
}

export async function runBaselines(
  transformer: Transformer,
  pairs: readonly Pair[],
  x: { direction: Direction; metric: string; keep: { base: ReadonlySet<Kept>; donor: ReadonlySet<Kept> } },
): Promise<Baselines> {
  const sides = sidesOf(x.direction);
  const run = (side: Side, keep: ReadonlySet<Kept>): Promise<CachedRun> =>
    cacheRun(
      transformer,
      pairs.map((pair) => pair[side]),
      keep,
    );
  const base = await run(sides.base, x.keep.base);
  const donor = await run(sides.donor, x.keep.donor);
  const [clean, corrupted] = x.direction === 'noising' ? [base, donor] : [donor, base];
  const { values, logits } = await measure(transformer, clean.final, pairs, x.metric);
  const others = await measure(transformer, corrupted.final, pairs, x.metric, logits);
  return { base, donor, clean: values, corrupted: others.values, cleanLogits: logits };
}

/** Measures rows of a batch and writes each one's metric(patched) − metric(base) to its place. */
export async function measureEffects(
  transformer: Transformer,
  final: Floats,
  rows: readonly { row: number; values: Float64Array }[],
  x: { pairs: readonly Pair[]; metric: string; direction: Direction; baselines: Omit<Baselines, 'base' | 'donor'> },
): Promise<void> {
  const { clean, corrupted, cleanLogits } = x.baselines;
  const before = x.direction === 'noising' ? clean : corrupted;
  const theirs = rows.map(({ row }) => x.pairs[row] as Pair);
  const references = rows.map(({ row }) => cleanLogits[row] as Float32Array);
  const patched = await measure(transformer, final, theirs, x.metric, references);
  rows.forEach(({ row, values }, i) => (values[row] = (patched.values[i] ?? NaN) - (before[row] ?? NaN)));
}
