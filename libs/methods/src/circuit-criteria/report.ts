import type { Table } from '@patchbay/contracts';
import type { MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { type OneRound, reportScores } from '../patching/scores.js';
import { completenessSets, minimalitySets, samplesFor } from './circuit-criteria.js';
import { circuitWithout, NONE, nodesOf, samplesOf } from './node-sets.js';
import type { Params } from './params.js';
import { gapOf, grow, widest } from './search.js';

/** A node is needed when the metric moves by this share of the model's own when it goes. */
const NEEDED = 0.01;

export function report(state: OneRound, context: MethodContext<Params>): MethodResult {
  const { metric } = context.params;
  const { baseline, effects, perExample } = reportScores(state, metric);
  const measured = (set: string): number => baseline.clean + (effects[set] ?? NaN);
  const whole = Math.abs(baseline.clean - measured(NONE));
  const f =
    (baseline.clean + (effects[circuitWithout([])] ?? NaN) - measured(NONE)) / (baseline.clean - measured(NONE));
  return {
    baseline,
    nodes: {},
    edges: {},
    perExample,
    tables: {
      faithfulness: { columns: [metric, 'faithfulness'], rows: [[measured(circuitWithout([])), cell(f)]] },
      completeness: completenessTable(effects, context, measured, whole),
      minimality: minimalityTable(effects, context, whole),
    },
    conventions: conventionsOf(context.params),
  };
}

type Effects = Record<string, number>;

/** Means by set as the search reads them, one value each. */
const asScores = (effects: Effects): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(effects).map(([set, effect]) => [set, Float64Array.of(effect)]));

function completenessTable(
  effects: Effects,
  context: MethodContext<Params>,
  measured: (set: string) => number,
  whole: number,
): Table {
  const scores = asScores(effects);
  const search = { nodes: nodesOf(context), steps: context.params.greedySteps, setsFor: completenessSets };
  const greedy = grow(scores, search).found.removed;
  const sets: { found: string; removed: readonly string[] }[] = [
    { found: 'none', removed: [] },
    ...samplesOf(context).map((removed) => ({ found: 'sample', removed })),
    { found: 'greedy', removed: greedy },
  ];
  const rows = sets.map(({ found, removed }) => {
    const [circuit, model] = completenessSets(removed);
    const gap = gapOf(scores, [circuit, model]) ?? NaN;
    return [found, removed.join(' '), ...[measured(circuit), measured(model), gap, gap / whole].map(cell)];
  });
  return { columns: ['K', 'nodes out', 'circuit without K', 'model without K', 'gap', 'share of the task'], rows };
}

function minimalityTable(effects: Effects, context: MethodContext<Params>, whole: number): Table {
  const scores = asScores(effects);
  const nodes = nodesOf(context);
  const samples = samplesOf(context);
  const rows = nodes.map((node) => {
    const setsFor = minimalitySets(node, nodes);
    const others = nodes.filter((one) => one !== node);
    const greedy = grow(scores, { nodes: others, steps: context.params.greedySteps, setsFor }).found;
    const best = widest(scores, setsFor, [...samplesFor(node, samples), greedy.removed]);
    return [node, best.removed.join(' '), cell(best.gap), cell(best.gap / whole), best.gap / whole >= NEEDED];
  });
  return { columns: ['node', 'K', 'change', 'share of the task', 'needed'], rows };
}

const cell = (value: number): number | null => (Number.isFinite(value) ? value : null);

const conventionsOf = ({ metric, ablation }: Params): Record<string, string> => ({
  effect: `by set of edges: ${metric}(every other edge ablated) − ${metric}(clean run)`,
  completeness: '|metric(circuit without K) − metric(model without K)|: 0 where the circuit misses K as the model does',
  minimality: `|metric(circuit without K and the node) − metric(circuit without K)|, the widest over the sets K; needed from ${NEEDED} of the task on`,
  'share of the task': 'of |metric(model) − metric(every edge ablated)|',
  node: 'taking a node out ablates all edges that enter or leave it',
  ablation: `an edge outside carries: ${DONORS[ablation]}`,
});
