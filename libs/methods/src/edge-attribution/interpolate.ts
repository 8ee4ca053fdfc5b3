import {
  type Floats,
  SourceOrder,
  type TraceStart,
  type Transformer,
  firstReadOf,
  keptAt,
  readPositions,
  takePositions,
  takeRows,
} from '@patchbay/transformer';
import { type EdgeRuns, added } from '../edges/edge-runs.js';
import type { Way } from './ways.js';

/**
 * Where the pass begins in which the output of a way's sources has `share` of its clean value and the rest of its
 * ablated one. All of them write into the residual stream, so the pass begins where their sum is first read.
 */
export function interpolated({ architecture }: Transformer, runs: EdgeRuns, way: Way, share: number): TraceStart {
  const { base } = runs.baselines;
  const { layers } = architecture;
  const all = [...runs.pairs.keys()];
  const before = (layer: number): Floats => takeRows(keptAt(base, layer, 'residPre'), all, runs.start, base.length);
  const order = new SourceOrder(architecture);
  if (way.of.site === 'input') {
    return { layer: 0, resid: added(before(0), weighedChange(runs, { first: 0, end: order.inputs }, 1 - share)) };
  }
  const { site, layer } = way.of;
  const change = weighedChange(runs, way, 1 - share);
  if (site === 'heads' && mlpSeesHeads(order, layer)) {
    const from = layer === layers - 1 ? firstReadOf(architecture, base.length) : runs.start;
    const z = takeRows(keptAt(base, layer, 'z'), all, from, base.length);
    // With the heads' values given, the stream before the block is read by nothing but its MLP and what follows.
    return { layer, resid: added(before(layer), change), z };
  }
  if (layer < layers - 1) return { layer: layer + 1, resid: added(before(layer + 1), change) };
  const read = readPositions(architecture, base.length).map((position) => position - runs.start);
  return { layer: layers, resid: added(base.final, takePositions(change, read)) };
}

const mlpSeesHeads = (order: SourceOrder, layer: number): boolean =>
  order.mlp(layer) !== undefined && order.seenByMlp(layer) > order.head(layer, 0);

/** weight · Σ (u′ − u) over the sources first … end − 1 [pairs, positions, d_model] */
function weighedChange({ changes }: EdgeRuns, { first, end }: Pick<Way, 'first' | 'end'>, weight: number): Floats {
  const data = new Float32Array(changes[first]?.data.length ?? 0);
  for (const change of changes.slice(first, end)) {
    change.data.forEach((v, i) => (data[i] = (data[i] ?? NaN) + weight * v));
  }
  return { data, dims: changes[first]?.dims ?? [] };
}
