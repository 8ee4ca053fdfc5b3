import { countKept, keptNodes } from '@patchbay/circuit';
import type { Table } from '@patchbay/contracts';
import { bootstrap, type Interval, jaccardOfMasks, meanAt, stabilityOf } from '@patchbay/evaluation';
import { circuitOf } from '../edge-sets/given-circuit.js';
import type { MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { type OneRound, reportScores } from '../patching/scores.js';
import { type Measured, unlikeEach } from './equally-faithful.js';
import type { Params } from './params.js';
import { ALL_PAIRS, keptBy, NONE, samples, scoresOf, sizeOf } from './sets.js';

/** Sizes, the circuits of one size with their faithfulness, and those among them that are equally faithful and unlike. */
export function report(state: OneRound, context: MethodContext<Params>): MethodResult {
  const { baseline, perExample } = reportScores(state, context.params.metric);
  const measured = measure(state, context);
  return {
    baseline,
    nodes: {},
    edges: {},
    perExample,
    tables: {
      ...stabilityTables(context),
      circuits: circuitTable(measured, context),
      'equally faithful': equallyFaithfulTable(measured, context),
    },
    conventions: conventionsOf(context),
  };
}

/** f of every circuit, and of every two the interval of their difference, all from the same draws of pairs. */
function measure(state: OneRound, context: MethodContext<Params>): Measured[] {
  const names = [ALL_PAIRS, ...samples(context)];
  const f = (drawn: Uint32Array): number[] => {
    const nothing = meanAt(state.effects[NONE] ?? [], drawn);
    return names.map((name) => 1 - meanAt(state.effects[name] ?? [], drawn) / nothing);
  };
  const differences = (values: readonly number[]): number[] => values.flatMap((a) => values.map((b) => b - a));
  const { seed, pairs, params } = context;
  const figures = (drawn: Uint32Array): number[] => {
    const values = f(drawn);
    return [...values, ...differences(values)];
  };
  const intervals = bootstrap(pairs.length, figures, { seed, draws: params.draws });
  const all = f(Uint32Array.from(pairs.keys()));
  const at = (i: number): Interval => intervals[i] ?? { low: NaN, high: NaN };
  return names.map((name, i) => ({
    ...{ name, kept: keptBy(name, context), value: all[i] ?? NaN, interval: at(i) },
    differences: names.map((_, j) => at(names.length + i * names.length + j)),
  }));
}

function stabilityTables(context: MethodContext<Params>): Record<string, Table> {
  const { bySize, spearman } = stabilityOf(samples(context).map((name) => scoresOf(name, context)));
  const rows = bySize.map((size) => [size.edges, ...[size.jaccard, size.variation, size.chance].map(cell)]);
  return {
    stability: { columns: ['edges', 'mean Jaccard', 'variation', 'chance'], rows },
    scores: { columns: ['measure', 'value'], rows: [['mean Spearman over samples', cell(spearman)]] },
  };
}

function circuitTable(measured: readonly Measured[], context: MethodContext<Params>): Table {
  const { graph } = circuitOf(context);
  const rows = measured.map(({ name, kept, value, interval: { low, high } }) => [
    ...[name, countKept(kept), keptNodes(graph, kept).length],
    ...[value, low, high, jaccardOfMasks(kept, measured[0]?.kept ?? kept)].map(cell),
  ]);
  const columns = ['circuit', 'edges', 'nodes', 'faithfulness', 'low', 'high', 'Jaccard with all pairs'];
  return { columns, rows };
}

function equallyFaithfulTable(measured: readonly Measured[], context: MethodContext<Params>): Table {
  const rows = unlikeEach(measured, context.params.apart).map(({ circuit, likest, difference }) => [
    circuit.name,
    ...[circuit.value, likest, difference.low, difference.high].map(cell),
  ]);
  return {
    columns: ['circuit', 'faithfulness', 'largest Jaccard with the others', 'difference low', 'difference high'],
    rows,
  };
}

/** No number where there is nothing to divide by or to compare with. */
const cell = (value: number): number | null => (Number.isFinite(value) ? value : null);

const conventionsOf = (context: MethodContext<Params>): Record<string, string> => ({
  effect: `by circuit: ${context.params.metric}(every other edge ablated) − ${context.params.metric}(clean run)`,
  faithfulness: '(m(C) − m(∅)) / (m(M) − m(∅)), ratio of means; m(∅): every edge ablated',
  circuits: `the best ${sizeOf(context)} edges by size of their importance, pruned, by the mean over all pairs or over a sample of as many pairs with replacement`,
  'equally faithful': `circuits, from that of all pairs on, whose Jaccard index with each one before is below ${context.params.apart} and whose faithfulness cannot be told from theirs: the 95 % interval of each difference holds 0. More pairs tell more apart`,
  difference: 'of the faithfulness to that of the first circuit of the table',
  intervals: '95 %, percentile bootstrap over the measured pairs; all figures from the same draws',
  ablation: `an edge outside carries: ${DONORS[context.params.ablation]}`,
});
