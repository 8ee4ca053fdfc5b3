import { type CachedRun, type Floats, type Site, cacheRun, keptAt } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import type { Workbench } from '../method.js';
import type { Params } from './params.js';

/** Where overwritten activations come from. */
export interface Donor {
  /** the site's activation [rows, seq, …] */
  at(layer: number): Floats;
  /** one row serves every prompt (zero, mean) */
  shared: boolean;
}

export async function donorOf(
  bench: Workbench<Params>,
  side: 'clean' | 'corrupted',
  run: CachedRun,
  site: Site,
): Promise<Donor> {
  switch (bench.params.donor) {
    case 'resample':
      return { at: (layer) => keptAt(run, layer, site), shared: false };
    case 'zero':
      return { at: (layer) => zeros(keptAt(run, layer, site)), shared: true };
    case 'mean': {
      const means = await bench.memo(`mean ${side} ${run.length}`, () => meanOf(bench, side, run.length, site));
      return { at: (layer) => means[layer] as Floats, shared: true };
    }
  }
}

/** Prompts that go through the model at once while a mean is taken; it does not change the mean beyond rounding. */
const PROMPTS_AT_ONCE = 32;

/** By layer, the mean over all prompts of one length on one side of the task, position by position [1, seq, …]. */
async function meanOf(bench: Workbench<Params>, side: 'clean' | 'corrupted', length: number, site: Site) {
  const prompts = bench.pairs.map((pair: Pair) => pair[side]).filter((prompt) => prompt.length === length);
  const sums: Float64Array[] = [];
  const dims: number[][] = [];
  for (let at = 0; at < prompts.length; at += PROMPTS_AT_ONCE) {
    const batch = prompts.slice(at, at + PROMPTS_AT_ONCE);
    const run = await cacheRun(bench.transformer, batch, new Set([site]));
    run.layers.forEach((_, layer) => {
      const x = keptAt(run, layer, site);
      const width = x.data.length / batch.length;
      const sum = (sums[layer] ??= new Float64Array(width));
      dims[layer] = [1, ...x.dims.slice(1)];
      for (let i = 0; i < x.data.length; i++) sum[i % width] = (sum[i % width] ?? 0) + (x.data[i] ?? 0);
    });
  }
  return sums.map((sum, layer) => ({
    data: Float32Array.from(sum, (v) => v / prompts.length),
    dims: dims[layer] ?? [],
  }));
}

const zeros = (like: Floats): Floats => {
  const dims = [1, ...like.dims.slice(1)];
  return { data: new Float32Array(dims.reduce((a, b) => a * b, 1)), dims };
};
