import { PatchbayError } from '@patchbay/contracts';
import { type Pair, metricById } from '@patchbay/tasks';
import type { Transformer } from '@patchbay/transformer';
import { type EdgeRuns, edgeChunks, prepareEdgeRuns } from '../edges/edge-runs.js';
import { entriesAtOnce, runEdgeSets } from '../edges/run-edge-sets.js';
import { measure } from '../measure.js';
import type { Workbench } from '../method.js';
import type { Params } from './params.js';
import type { LossOf } from './scan.js';

/** What the loss of any circuit is computed from. */
export interface CircuitRuns {
  /** equally long prompts each; together all pairs */
  chunks: readonly EdgeRuns[];
  pairs: number;
  /** means of the metric over the pairs, before any normalisation */
  raw: { clean: number; corrupted: number };
}

export async function prepareCircuitRuns(bench: Workbench<Params>): Promise<CircuitRuns> {
  const { ablation, metric } = bench.params;
  const chunks: EdgeRuns[] = [];
  for (const { indices } of edgeChunks(bench)) {
    const prepared = await bench.inHalves(indices, (some) => {
      const pairs = some.map((i) => bench.pairs[i] as Pair);
      return prepareEdgeRuns(bench, pairs, { ablation, metric, direction: 'noising' });
    });
    chunks.push(...prepared);
  }
  const mean = (side: 'clean' | 'corrupted'): number =>
    chunks.reduce((total, { baselines }) => total + sum(baselines[side]), 0) / bench.pairs.length;
  return { chunks, pairs: bench.pairs.length, raw: { clean: mean('clean'), corrupted: mean('corrupted') } };
}

/** Turns a mean of the metric into what is reported, and that into a loss, which grows as the circuit gets worse. */
export function lossScale(metricId: string, raw: CircuitRuns['raw']) {
  const metric = metricById(metricId);
  const { offset, scale } = metric.normalise?.(raw) ?? { offset: 0, scale: 1 };
  const sign = metric.higherIsBetter ? -1 : 1;
  return {
    reported: (mean: number): number => (mean - offset) * scale,
    loss: (mean: number): number => sign * (mean - offset) * scale,
  };
}

/** The metric of a circuit from its loss. */
export const metricOfLoss = (metricId: string, loss: number): number =>
  metricById(metricId).higherIsBetter ? -loss : loss;

/** Edge sets that fill one batch: with more, a wrong guess about the first of them would waste real work. */
export function setsAtOnce(bench: Workbench<Params>, { chunks }: CircuitRuns): number {
  const ofBatch = chunks.reduce((share, chunk) => share + chunk.rows.length / entriesAtOnce(bench, chunk), 0);
  return Math.max(1, Math.floor(1 / ofBatch));
}

/** Mean loss over the pairs of each edge set, each pair's run starting at the first layer that the sets change. */
export const circuitLoss =
  (bench: Workbench<Params>, runs: CircuitRuns): LossOf =>
  async (removed) => {
    const metricId = bench.params.metric;
    const totals = new Float64Array(removed.length);
    for (const chunk of runs.chunks) {
      for (const batch of batchesOf(chunk, removed.length, entriesAtOnce(bench, chunk))) {
        const parts = await bench.inHalves(batch, (entries) =>
          measureBatch(bench.transformer, chunk, removed, entries, metricId),
        );
        const values = parts.flatMap((part) => [...part]);
        batch.forEach(({ set }, i) => (totals[set] = (totals[set] ?? NaN) + (values[i] ?? NaN)));
      }
    }
    const { loss } = lossScale(metricId, runs.raw);
    const losses = [...totals].map((total) => loss(total / runs.pairs));
    if (losses.every(Number.isFinite)) return losses;
    throw new PatchbayError(
      'invalid-input',
      `The metric ${metricId} of a circuit is not a finite number.`,
      'Check the model’s weights, or choose another metric.',
    );
  };

/** One pair under one of the sets that are tested. */
interface Tested {
  set: number;
  row: number;
}

function* batchesOf({ rows }: EdgeRuns, sets: number, most: number): Generator<Tested[]> {
  const entries = Array.from({ length: sets }, (_, set) => rows.map(({ row }) => ({ set, row }))).flat();
  for (let at = 0; at < entries.length; at += most) yield entries.slice(at, at + most);
}

async function measureBatch(
  transformer: Transformer,
  runs: EdgeRuns,
  removed: readonly Uint8Array[],
  batch: readonly Tested[],
  metricId: string,
): Promise<Float64Array> {
  const entries = batch.map(({ set, row }) => ({ row, removed: removed[set] as Uint8Array }));
  const final = await runEdgeSets(transformer, runs, entries);
  const references = batch.map(({ row }) => runs.baselines.cleanLogits[row] as Float32Array);
  const measured = batch.map(({ row }) => runs.pairs[row] as Pair);
  return (await measure(transformer, final, measured, metricId, references)).values;
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
