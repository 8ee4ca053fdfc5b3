import { countKept, keptNodes, referenceCircuits } from '@patchbay/circuit';
import type { Table } from '@patchbay/contracts';
import { bootstrap, cmd, cpr, type Curve, type Interval, logArea, meanAt, scoreAgainst } from '@patchbay/evaluation';
import { circuitOf, isPart } from '../edge-sets/given-circuit.js';
import type { MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { type OneRound, reportScores } from '../patching/scores.js';
import type { Params } from './params.js';
import { GIVEN, isScored, keptBy, NONE, random, ranked, RANKINGS, sizesOf } from './sets.js';

type Context = MethodContext<Params>;

/** f of a set over some pairs, from effects: (m(C) − m(∅)) / (m(M) − m(∅)) with m(M) = 0 on their scale. */
type FaithfulnessOf = (set: string, pairs: Uint32Array) => number;

/** Curves, areas and the given circuit, each figure with its interval over the pairs. */
export function report(state: OneRound, context: Context): MethodResult {
  const { baseline, effects, perExample } = reportScores(state, context.params.metric);
  const f: FaithfulnessOf = (set, pairs) =>
    1 - meanAt(effectsOf(state, set), pairs) / meanAt(effectsOf(state, NONE), pairs);
  const measured = (set: string): number => baseline.clean + (effects[set] ?? NaN);
  const tables = {
    ...(isScored(circuitOf(context)) && { curve: curveTable(context, f, measured), areas: areaTable(context, f) }),
    ...(isPart(circuitOf(context)) && { circuit: circuitTable(context, f, measured) }),
    ...(context.params.truth !== undefined && { truth: truthTable(context, context.params.truth) }),
  };
  return { baseline, nodes: {}, edges: {}, perExample, tables, conventions: conventionsOf(context.params) };
}

const effectsOf = (state: OneRound, set: string): Float64Array => state.effects[set] ?? new Float64Array();

const allPairs = ({ pairs }: Context): Uint32Array => Uint32Array.from(pairs.keys());

/** Figures of the pairs with their intervals, all from the same draws. */
function withIntervals(
  context: Context,
  figures: (pairs: Uint32Array) => number[],
): { value: number; low: number; high: number }[] {
  const values = figures(allPairs(context));
  const { draws } = context.params;
  const intervals: (Interval | undefined)[] = bootstrap(context.pairs.length, figures, { seed: context.seed, draws });
  return values.map((value, i) => ({ value, low: intervals[i]?.low ?? NaN, high: intervals[i]?.high ?? NaN }));
}

function curveTable(context: Context, f: FaithfulnessOf, measured: (set: string) => number): Table {
  const sets = RANKINGS.flatMap((ranking) =>
    sizesOf(context).map((size) => ({ ranking, ...size, set: ranked(ranking, size.edges) })),
  );
  const figures = withIntervals(context, (pairs) => sets.map(({ set }) => f(set, pairs)));
  const rows = sets.map(({ ranking, share, edges, set }, i) => {
    const left = countKept(keptBy(set, context));
    const { value = NaN, low = NaN, high = NaN } = figures[i] ?? {};
    const others = randomFaithfulness(context, ranked('signed', edges), f);
    const size = [ranking, share, edges, left];
    return [...size, ...[measured(set), value, low, high, meanOf(others)].map(cell)];
  });
  const columns = ['ranking', 'share', 'edges', 'after pruning', context.params.metric, 'faithfulness', 'low', 'high'];
  return { columns: [...columns, 'random circuits'], rows };
}

function areaTable(context: Context, f: FaithfulnessOf): Table {
  const sizes = sizesOf(context);
  const curveOf = (setAt: (edges: number) => number): Curve => ({
    shares: sizes.map(({ share }) => share),
    values: sizes.map(({ edges }) => setAt(edges)),
  });
  const areas = (pairs: Uint32Array): number[] => {
    const signed = curveOf((edges) => f(ranked('signed', edges), pairs));
    const absolute = curveOf((edges) => f(ranked('absolute', edges), pairs));
    return [cpr(signed), cmd(absolute), logArea(positive(signed))];
  };
  const names = ['CPR', 'CMD', 'mean over log size'];
  const figures = withIntervals(context, areas);
  const rows = figures.map(({ value, low, high }, i) => [names[i] ?? '', ...[value, low, high].map(cell)]);
  const baseline = curveOf((edges) => meanOf(randomFaithfulness(context, ranked('signed', edges), f)));
  return {
    columns: ['measure', 'value', 'low', 'high'],
    rows: [...rows, ['CPR of random circuits', cell(cpr(baseline)), null, null]],
  };
}

/** A circuit of no edges has no place on a logarithmic axis. */
function positive({ shares, values }: Curve): Curve {
  const from = shares.findIndex((share) => share > 0);
  return { shares: shares.slice(from), values: values.slice(from) };
}

function circuitTable(context: Context, f: FaithfulnessOf, measured: (set: string) => number): Table {
  const { graph } = circuitOf(context);
  const kept = keptBy(GIVEN, context);
  const [figure] = withIntervals(context, (pairs) => [f(GIVEN, pairs)]);
  const { value = NaN, low = NaN, high = NaN } = figure ?? {};
  const others = randomFaithfulness(context, GIVEN, f);
  const closer = others.filter((other) => Math.abs(1 - other) > Math.abs(1 - value)).length / others.length;
  const columns = ['edges', 'nodes', context.params.metric, 'faithfulness', 'low', 'high'];
  return {
    columns: [...columns, 'random circuits', 'closer to the model than random'],
    rows: [
      [
        countKept(kept),
        keptNodes(graph, kept).length,
        ...[measured(GIVEN), value, low, high, meanOf(others), closer].map(cell),
      ],
    ],
  };
}

function randomFaithfulness(context: Context, of: string, f: FaithfulnessOf): number[] {
  const { randomCircuits } = context.params;
  return Array.from({ length: randomCircuits }, (_, draw) => f(random(draw, of), allPairs(context)));
}

function truthTable(context: Context, id: string): Table {
  const reference = referenceCircuits.find((one) => one.id === id);
  const levels = reference ? scoreAgainst(circuitOf(context), reference) : [];
  return {
    columns: ['level', 'true', 'all', 'AUROC', 'average precision', 'precision', 'recall', 'F1'],
    rows: levels.map((one) => [
      ...[one.level, one.positives, one.total, one.rocArea, one.averagePrecision],
      ...[one.precision, one.recall, one.f1],
    ]),
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** No number where there is nothing to divide by: f of a model that the ablation does not touch. */
const cell = (value: number): number | null => (Number.isFinite(value) ? value : null);

const conventionsOf = ({ metric, ablation, selection }: Params): Record<string, string> => ({
  effect: `by set of edges: ${metric}(every other edge ablated) − ${metric}(clean run); signed@n and absolute@n: the best n edges, random.i@s: a random circuit as large as s`,
  faithfulness: `(m(C) − m(∅)) / (m(M) − m(∅)), ratio of means; m(∅): every edge ablated`,
  selection: `${selection === 'top' ? 'the best edges' : 'best first from the logits back'}, by importance; then nodes without a kept edge in or out are dropped`,
  areas: 'CPR: signed ranking; CMD: by size of the score; trapezoid rule over shares of edges, from the smallest on',
  intervals: '95 %, percentile bootstrap over pairs; figures of one run are paired',
  ablation: `an edge outside the circuit carries: ${DONORS[ablation]}`,
  random: 'random paths from the input to the logits until as many edges are in as the circuit has after pruning',
});
