import { type CachedRun, type Donor, type Floats, type Kept, cacheRun, keptAt } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { keptBytes } from '../memory/bytes.js';
import type { Workbench } from '../method.js';
import type { Side } from './baselines.js';

export const ABLATIONS = ['resample', 'mean', 'zero'] as const;
export type Ablation = (typeof ABLATIONS)[number];

/** Where overwritten activations come from. */
export interface DonorValues {
  /** the site's activation [rows, seq, …] */
  at: (layer: number, site: Kept) => Floats;
  /** one row serves every prompt (zero, mean) */
  shared: boolean;
}

/** @param run the other side's run of the same pairs, which kept `sites` */
export async function donorOf(
  bench: Workbench<unknown>,
  { kind, side, run, sites }: { kind: Ablation; side: Side; run: CachedRun; sites: readonly Kept[] },
): Promise<DonorValues> {
  switch (kind) {
    case 'resample':
      return { at: (layer, site) => keptAt(run, layer, site), shared: false };
    case 'zero':
      return { at: (layer, site) => zeros(keptAt(run, layer, site)), shared: true };
    case 'mean': {
      const key = `mean ${side} ${run.length} ${sites.join()}`;
      const means = await bench.memo(key, () => meanOf(bench, side, run.length, sites));
      return { at: (layer, site) => keptAt(means, layer, site), shared: true };
    }
  }
}

/** The donor's values as the outputs of the edge graph's sources. */
export const sourceDonor = ({ at }: DonorValues, kind: Ablation): Donor => ({
  input: at(0, 'residPre'),
  ...(kind === 'zero' && { positions: at(0, 'residPre') }),
  share: (layer) => at(layer, 'share'),
  mlpOut: (layer) => at(layer, 'mlpOut'),
});

/** What a donor is, in words for the manifest. */
export const DONORS: Record<Ablation, string> = {
  resample: 'the same pair’s other prompt',
  mean: 'mean over the other side’s prompts of the same length, by position',
  zero: 'zero',
};

/** By layer, the mean over all prompts of one length on one side of the task, position by position [1, seq, …]. */
async function meanOf(
  bench: Workbench<unknown>,
  side: Side,
  length: number,
  sites: readonly Kept[],
): Promise<Pick<CachedRun, 'layers'>> {
  const prompts = bench.pairs.map((pair: Pair) => pair[side]).filter((prompt) => prompt.length === length);
  const layers = Array.from({ length: bench.architecture.layers }, () => new Map<Kept, Sum>());
  const size = bench.memory.rowsAtOnce(length, keptBytes(bench.architecture));
  for (let at = 0; at < prompts.length; at += size) {
    const runs = await bench.inHalves(prompts.slice(at, at + size), (some) =>
      cacheRun(bench.transformer, some, new Set(sites)),
    );
    for (const run of runs) {
      for (const [layer, sums] of layers.entries()) {
        for (const site of sites) sums.set(site, addRows(sums.get(site), keptAt(run, layer, site)));
      }
    }
  }
  const divided = ({ sum, dims }: Sum): Floats => ({ data: Float32Array.from(sum, (v) => v / prompts.length), dims });
  return {
    layers: layers.map((sums) => Object.fromEntries([...sums].map(([site, sum]) => [site, divided(sum)] as const))),
  };
}

interface Sum {
  sum: Float64Array;
  dims: readonly number[];
}

function addRows(before: Sum | undefined, { data, dims }: Floats): Sum {
  const width = data.length / (dims[0] ?? 1);
  const sum = before?.sum ?? new Float64Array(width);
  for (let i = 0; i < data.length; i++) sum[i % width] = (sum[i % width] ?? 0) + (data[i] ?? 0);
  return { sum, dims: [1, ...dims.slice(1)] };
}

const zeros = (like: Floats): Floats => {
  const dims = [1, ...like.dims.slice(1)];
  return { data: new Float32Array(dims.reduce((a, b) => a * b, 1)), dims };
};
