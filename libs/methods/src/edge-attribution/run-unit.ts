import type { EdgeGraph } from '@patchbay/circuit';
import { type EdgeScores, edgeGradients, traceOf, traceRun } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { type EdgeRuns, prepareEdgeRuns } from '../edges/edge-runs.js';
import { metricGradient } from '../measure.js';
import type { UnitHooks, Workbench } from '../method.js';
import { type PartialScores, joinPairs } from '../patching/scores.js';
import { interpolated } from './interpolate.js';
import type { EapParams } from './params.js';
import type { Unit } from './plan-units.js';
import type { Way } from './ways.js';

/** How far a unit has come: all that it takes to go on. */
interface Progress {
  /** whose sums these are: a unit that is computed in halves saves one half at a time */
  pairs: readonly number[];
  /** steps that are in `sums` */
  done: number;
  /** by edge in canonical order, then by pair */
  sums: Float64Array;
}

/** One point that the gradient is taken at. */
interface Step {
  way: Way;
  share: number;
}

/** @param shares the clean value's share at each point that the gradient is averaged over */
export const runUnit = async (
  unit: Unit,
  bench: Workbench<EapParams>,
  hooks: UnitHooks,
  shares: readonly number[],
): Promise<PartialScores> =>
  joinPairs(await bench.inHalves(unit.pairs, (pairs) => runPairs({ ...unit, pairs }, bench, hooks, shares)));

async function runPairs(
  unit: Unit,
  bench: Workbench<EapParams>,
  hooks: UnitHooks,
  shares: readonly number[],
): Promise<PartialScores> {
  const pairs = unit.pairs.map((i) => bench.pairs[i] as Pair);
  const { metric, ablation } = bench.params;
  const runs = await bench.memo(`edge runs ${unit.pairs.join()}`, () =>
    prepareEdgeRuns(bench, pairs, { ablation, metric, direction: 'noising' }),
  );
  const steps = unit.ways.flatMap((way) => shares.map((share) => ({ way, share })));
  const now = savedFor(unit.pairs, hooks) ?? {
    pairs: unit.pairs,
    done: 0,
    sums: new Float64Array(runs.graph.size * pairs.length),
  };
  for (const step of steps.slice(now.done)) {
    await addStep(now.sums, step, runs, bench, 1 / shares.length);
    hooks.onProgress(++now.done / steps.length);
    if (now.done < steps.length) await hooks.save(now);
  }
  const { clean, corrupted } = runs.baselines;
  return { pairs: unit.pairs, clean, corrupted, effects: namedEffects(now.sums, unit.ways, runs) };
}

function savedFor(pairs: readonly number[], { checkpoint }: UnitHooks): Progress | undefined {
  const saved = checkpoint as Progress | undefined;
  return saved?.pairs.join() === pairs.join() ? saved : undefined;
}

/** Adds weight · score of every edge out of the way's sources, for each pair. */
async function addStep(
  sums: Float64Array,
  { way, share }: Step,
  runs: EdgeRuns,
  { transformer, params: { metric } }: Workbench<EapParams>,
  weight: number,
): Promise<void> {
  const { graph, pairs, baselines, start, allChanges } = runs;
  const { base } = baselines;
  const trace =
    share === 1
      ? traceOf(transformer, base, start)
      : await traceRun(transformer, base, start, interpolated(transformer, runs, way, share));
  const seed = await metricGradient(transformer, trace.final, pairs, metric, baselines.cleanLogits);
  for await (const part of edgeGradients(transformer, trace, seed, allChanges, way)) {
    const [rows = 0, destinations = 0, sources = 0] = part.scores.dims;
    const firstDestination = firstDestinationOf(graph, part);
    part.scores.data.forEach((score, i) => {
      const source = way.first + (i % sources);
      const row = Math.floor(i / sources / destinations);
      const edge = graph.edge(source, firstDestination + (Math.floor(i / sources) % destinations)) ?? NaN;
      sums[edge * rows + row] = (sums[edge * rows + row] ?? NaN) + weight * score;
    });
  }
}

const firstDestinationOf = (graph: EdgeGraph, { kind, layer }: EdgeScores): number =>
  graph.destinations.findIndex((one) => one.kind === kind && (one.kind === 'logits' || one.layer === layer));

/** Sums by name, of the edges that the ways score. */
function namedEffects(sums: Float64Array, ways: readonly Way[], { graph, pairs }: EdgeRuns): PartialScores['effects'] {
  const effects: PartialScores['effects'] = {};
  for (let edge = 0; edge < graph.size; edge++) {
    const { source } = graph.ends(edge);
    if (!ways.some(({ first, end }) => first <= source && source < end)) continue;
    effects[graph.edgeName(edge)] = sums.slice(edge * pairs.length, (edge + 1) * pairs.length);
  }
  return effects;
}
