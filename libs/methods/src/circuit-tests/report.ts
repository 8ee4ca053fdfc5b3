import { countKept } from '@patchbay/circuit';
import type { Table } from '@patchbay/contracts';
import {
  meanSquaredDifference,
  REFERENCE_QUANTILE,
  testEquivalence,
  testIndependence,
  testMinimality,
  testPartialNecessity,
  testSufficiency,
} from '@patchbay/evaluation';
import { metricById } from '@patchbay/tasks';
import { circuitOf, partOf } from '../edge-sets/given-circuit.js';
import type { MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { type OneRound, reportScores } from '../patching/scores.js';
import type { Params } from './params.js';
import { CIRCUIT, COMPLEMENT, deflated, inflated, random, randomComplement, testedEdges, withoutEdge } from './sets.js';

type Context = MethodContext<Params>;

/** By pair, a set's score less the model's. */
type DifferenceOf = (set: string) => Float64Array;

export function report(state: OneRound, context: Context): MethodResult {
  const { metric } = context.params;
  const { baseline, perExample } = reportScores(state, metric);
  const from: DifferenceOf = (set) => state.effects[set] ?? new Float64Array();
  const tables = { tests: testTable(state, context, from), minimality: minimalityTable(context, from) };
  return { baseline, nodes: {}, edges: {}, perExample, tables, conventions: conventionsOf(context.params) };
}

/** The model's scores less themselves. */
const zeros = (like: Float64Array): Float64Array => new Float64Array(like.length);

/** Mean squared difference of a set's scores from the model's. */
const lossOf = (from: DifferenceOf, set: string): number => meanSquaredDifference(from(set), zeros(from(set)));

function testTable(state: OneRound, context: Context, from: DifferenceOf): Table {
  const { alpha, randomCircuits } = context.params;
  const draws = [...Array(randomCircuits).keys()];
  const verdict = (p: number, small: string, large: string): string => (p < alpha ? small : large);
  const rows: Table['rows'] = [];
  // A distance from the clean run scores the model 0 on every pair: nothing can be equivalent to it or depend on it.
  if (!metricById(context.params.metric).distance) {
    const scores = (set: string): Float64Array => state.clean.map((score, pair) => score + (from(set)[pair] ?? NaN));
    const equivalence = testEquivalence(scores(CIRCUIT), state.clean);
    rows.push([
      'equivalence',
      equivalence.statistic,
      equivalence.p,
      verdict(equivalence.p, 'rejected', 'not rejected'),
    ]);
    const { permutations } = context.params;
    const independence = testIndependence(scores(COMPLEMENT), state.clean, { permutations, seed: context.seed });
    rows.push(['independence', independence.hsic, independence.p, verdict(independence.p, 'rejected', 'not rejected')]);
  }
  const sufficiency = testSufficiency(
    lossOf(from, CIRCUIT),
    draws.map((draw) => lossOf(from, random(draw))),
  );
  rows.push(['sufficiency', sufficiency.share, sufficiency.p, verdict(sufficiency.p, 'sufficient', 'not shown')]);
  const necessity = testPartialNecessity(
    lossOf(from, COMPLEMENT),
    draws.map((draw) => lossOf(from, randomComplement(draw))),
  );
  rows.push(['partial necessity', necessity.share, necessity.p, verdict(necessity.p, 'necessary', 'not shown')]);
  const redundant = edgeTests(context, from).filter(({ corrected }) => corrected < alpha).length;
  rows.push(['minimality', redundant, null, redundant > 0 ? 'rejected' : 'not rejected']);
  return { columns: ['test', 'statistic', 'p', 'verdict'], rows };
}

function edgeTests(context: Context, from: DifferenceOf) {
  const draws = [...Array(context.params.randomCircuits).keys()];
  const edges = testedEdges(context);
  const change = (a: string, b: string): number => meanSquaredDifference(from(a), from(b));
  const changes = edges.map((edge) => change(CIRCUIT, withoutEdge(edge)));
  const reference = draws.map((draw) => change(inflated(draw), deflated(draw)));
  const tests = testMinimality(changes, reference);
  return edges.flatMap((edge, i) => {
    const test = tests[i];
    return test ? [{ edge, change: changes[i] ?? NaN, ...test }] : [];
  });
}

function minimalityTable(context: Context, from: DifferenceOf): Table {
  const { graph } = circuitOf(context);
  const rows: Table['rows'] = edgeTests(context, from).map(({ edge, change, beats, p, corrected }) => {
    const redundant = corrected < context.params.alpha;
    return [graph.edgeName(edge), change, beats, p, corrected, redundant];
  });
  const untested = countKept(partOf(context)) - rows.length;
  if (untested > 0) rows.push([`${untested} more edges, not tested`, null, null, null, null, null]);
  return { columns: ['edge', 'change', 'random edges beaten', 'p', 'p corrected', 'redundant'], rows };
}

const conventionsOf = ({ metric, ablation, alpha, randomCircuits }: Params): Record<string, string> => ({
  effect: `by set of edges: ${metric}(every other edge ablated) − ${metric}(clean run)`,
  score: `s = ${metric} of a pair; losses are mean squared differences of s over the pairs`,
  equivalence: 'H0: |P(s(C) > s(M)) − ½| < 0.1, by the share of pairs, ties dropped; the statistic is that distance',
  independence: 'H0: s(M without C) independent of s(M); HSIC, one Gaussian width, permutations',
  minimality: `H0 of an edge: it matters more than ${REFERENCE_QUANTILE} of the edges of ${randomCircuits} random inflations; Bonferroni over the edges tested; the statistic is the number of redundant edges`,
  sufficiency: `share of ${randomCircuits} random circuits that are no more faithful, against ${REFERENCE_QUANTILE}`,
  'partial necessity': `share of ${randomCircuits} random circuits whose loss hurts less, against ${REFERENCE_QUANTILE}`,
  level: String(alpha),
  ablation: `an edge outside carries: ${DONORS[ablation]}`,
});
