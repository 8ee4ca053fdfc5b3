import { type Floats, type TraceStart, type Transformer, keptAt, takeRows } from '@patchbay/transformer';
import type { EdgeRuns } from '../edges/edge-runs.js';
import type { Way } from './ways.js';

/** Where the pass begins in which `of` has `share` of its clean value and the rest of its corrupted one. */
export function interpolated({ architecture }: Transformer, runs: EdgeRuns, of: Way['of'], share: number): TraceStart {
  const { base, donor } = runs.baselines;
  const { start, pairs } = runs;
  const last = architecture.layers - 1;
  const all = [...pairs.keys()];
  const side = (run: typeof base, layer: number, name: 'residPre' | 'z' | 'mlpOut', from: number): Floats =>
    takeRows(keptAt(run, layer, name), all, from, base.length);
  const between = (layer: number, name: 'residPre' | 'z' | 'mlpOut', from: number): Floats =>
    mixed(side(base, layer, name, from), side(donor, layer, name, from), share);
  switch (of.site) {
    case 'input':
      return { layer: 0, resid: between(0, 'residPre', start) };
    case 'z': {
      const { layer } = of;
      const z = between(layer, 'z', layer === last ? base.length - 1 : start);
      return { layer, resid: side(base, layer, 'residPre', start), z };
    }
    case 'mlpOut': {
      const { layer } = of;
      const from = layer === last ? base.length - 1 : start;
      const after = layer === last ? base.final : side(base, layer + 1, 'residPre', from);
      const [own, given] = [side(base, layer, 'mlpOut', from), between(layer, 'mlpOut', from)];
      const data = after.data.map((v, i) => v + ((given.data[i] ?? NaN) - (own.data[i] ?? NaN)));
      return { layer: layer + 1, resid: { data, dims: after.dims } };
    }
  }
}

const mixed = (clean: Floats, corrupted: Floats, share: number): Floats => ({
  data: clean.data.map((v, i) => share * v + (1 - share) * (corrupted.data[i] ?? NaN)),
  dims: clean.dims,
});
