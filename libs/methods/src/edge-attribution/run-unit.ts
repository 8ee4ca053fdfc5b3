import type { EdgeGraph } from '@patchbay/circuit';
import { type EdgeScores, edgeGradients, traceRun } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { type EdgeRuns, prepareEdgeRuns } from '../edges/edge-runs.js';
import { metricGradient } from '../measure.js';
import type { UnitHooks, Workbench } from '../method.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import { interpolated } from './interpolate.js';
import type { Unit } from './plan-units.js';

/** @param shares the clean value's share at each point that the gradient is averaged over */
export const runUnit = async (
  unit: Unit,
  bench: Workbench<{ metric: string }>,
  hooks: UnitHooks,
  shares: readonly number[],
): Promise<PartialScores> =>
  joinPairs(await bench.inHalves(unit.pairs, (pairs) => runPairs({ ...unit, pairs }, bench, hooks, shares)));

async function runPairs(
  unit: Unit,
  bench: Workbench<{ metric: string }>,
  hooks: UnitHooks,
  shares: readonly number[],
): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const { metric } = bench.params;
  const runs = await bench.memo(`edge runs ${unit.pairs.join()}`, () =>
    prepareEdgeRuns(bench, pairs, { ablation: 'resample', metric, direction: 'noising' }),
  );
  const effects: Record<string, Float64Array> = {};
  let done = 0;
  for (const way of unit.ways) {
    for (const share of shares) {
      const trace = await traceRun(
        bench.transformer,
        runs.baselines.base,
        runs.start,
        interpolated(bench.transformer, runs, way.of, share),
      );
      const seed = await metricGradient(bench.transformer, trace.final, pairs, metric, runs.baselines.cleanLogits);
      for await (const part of edgeGradients(bench.transformer, trace, seed, runs.allChanges, way)) {
        accumulate(effects, runs, part, way.first, 1 / shares.length);
      }
      hooks.onProgress(++done / (unit.ways.length * shares.length));
    }
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects };
}

/** Adds weight · score to each edge, by pair. @param first source that the scores begin with */
function accumulate(
  effects: Record<string, Float64Array>,
  { graph, pairs }: EdgeRuns,
  part: EdgeScores,
  first: number,
  weight: number,
): void {
  const [, destinations = 0, sources = 0] = part.scores.dims;
  const firstDestination = firstDestinationOf(graph, part);
  for (let d = 0; d < destinations; d++) {
    const to = graph.destinationName(firstDestination + d);
    for (let s = 0; s < sources; s++) {
      const values = (effects[`${graph.sourceName(first + s)}->${to}`] ??= new Float64Array(pairs.length));
      values.forEach((value, row) => {
        values[row] = value + weight * (part.scores.data[(row * destinations + d) * sources + s] ?? NaN);
      });
    }
  }
}

const firstDestinationOf = (graph: EdgeGraph, { kind, layer }: EdgeScores): number =>
  graph.destinations.findIndex((one) => one.kind === kind && (one.kind === 'logits' || one.layer === layer));
