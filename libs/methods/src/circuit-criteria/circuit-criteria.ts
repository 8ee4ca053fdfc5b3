import { costOfSets, planUnits, type Unit } from '../edge-sets/plan-units.js';
import { runUnit } from '../edge-sets/run-unit.js';
import type { Method, MethodContext } from '../method.js';
import { type OneRound, type PartialScores, foldRound, type Scores, startRound } from '../patching/scores.js';
import { circuitWithout, keptBy, modelWithout, NONE, nodesOf, samplesOf } from './node-sets.js';
import { type Params, paramsSchema } from './params.js';
import { report } from './report.js';
import { grow, isMeasured, type SetsFor } from './search.js';

/**
 * Completeness and minimality of a circuit (Wang et al. 2022, section 4): it should miss any of its nodes as the model
 * does, and need each of them in some company. Sets K of nodes are sampled and searched for greedily; each greedy step
 * is a round, whose sets follow from what was measured.
 */
export const circuitCriteria: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'circuit-criteria',
  title: 'Completeness and minimality',
  description:
    'Takes nodes out of the circuit and out of the model: whether both lose alike, and whether the circuit needs each node.',
  citation: 'Wang et al. 2022, Interpretability in the Wild, arXiv:2211.00593, section 4',
  version: 1,
  needs: { model: true, task: true, corpus: false, circuit: true },
  params: paramsSchema,

  start: (context) => {
    nodesOf(context); // refuses a circuit of nothing or everything now rather than in a worker
    return startRound(context.pairs.length);
  },
  next: (state, context) => planUnits(missingSets(state.effects, context), context),
  cost: (context) => costOfSets(missingSets({}, context).length, context),
  run: (unit, bench, hooks) => runUnit(unit, bench, hooks, (set) => keptBy(set, bench)),
  fold: foldRound,
  result: report,
};

/** Both sides of completeness: the circuit without K, the model without K. */
export const completenessSets: SetsFor = (removed) => [circuitWithout(removed), modelWithout(removed)];

/** Both sides of minimality of a node: the circuit without K, and without K and the node. */
export const minimalitySets =
  (node: string, nodes: readonly string[]): SetsFor =>
  (removed) => [circuitWithout(removed), circuitWithout(nodes.filter((one) => one === node || removed.includes(one)))];

/** Sets K of samples that leave a node in. */
export const samplesFor = (node: string, samples: readonly string[][]): string[][] => [
  [],
  ...samples.filter((removed) => !removed.includes(node)),
];

/** What is to be measured next: samples at first, then whatever the greedy searches ask for. */
function missingSets(effects: Scores['effects'], context: MethodContext<Params>): string[] {
  const nodes = nodesOf(context);
  const samples = samplesOf(context);
  const steps = context.params.greedySteps;
  const sampled = [
    NONE,
    ...[[], ...samples].flatMap(completenessSets),
    ...nodes.flatMap((node) => samplesFor(node, samples).flatMap(minimalitySets(node, nodes))),
  ];
  const searches = [
    grow(effects, { nodes, steps, setsFor: completenessSets }),
    ...nodes.map((node) =>
      grow(effects, { nodes: nodes.filter((one) => one !== node), steps, setsFor: minimalitySets(node, nodes) }),
    ),
  ];
  const wanted = [...sampled, ...searches.flatMap(({ missing }) => missing)];
  return [...new Set(wanted)].filter((set) => !isMeasured(effects, set));
}
