import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { Method, MethodContext, MethodResult } from '../method.js';
import { interventionsTable } from '../patching/interventions.js';
import {
  type OneRound,
  type PartialScores,
  foldRound,
  importanceOf,
  reportScores,
  startRound,
} from '../patching/scores.js';
import { type Params, paramsSchema } from './params.js';
import { type Unit, cost, planUnits } from './plan-units.js';
import { receiversOf } from './receivers.js';
import { runUnit } from './run-unit.js';

/**
 * Path patching from every sender to one set of receivers (Wang et al. 2022, §3.1 and appendix B): the sender takes
 * its value from the other run, all other heads are frozen, and only the receivers' inputs feel it. One round.
 */
export const pathPatching: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'path-patching',
  title: 'Path patching',
  description:
    'Measures how much each head, MLP and the input acts on the answer by way of chosen receivers, with all other heads frozen.',
  citation: 'Wang et al. 2022, Interpretability in the Wild, arXiv:2211.00593, §3.1',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: paramsSchema,

  start: ({ pairs, architecture, params }) => {
    receiversOf(edgeGraphOf(architecture), params.receiver);
    return startRound(pairs.length);
  },
  next: (state, context) => (state.done ? [] : planUnits(context)),
  cost,
  run: runUnit,
  fold: foldRound,
  result,
};

function result(state: OneRound, { params, architecture }: MethodContext<Params>): MethodResult {
  const { metric, direction, mlpPolicy } = params;
  const { baseline, effects, perExample } = reportScores(state, metric);
  const [base, donor] = direction === 'noising' ? ['clean', 'corrupted'] : ['corrupted', 'clean'];
  const graph = edgeGraphOf(architecture);
  const receivers = receiversOf(graph, params.receiver).map(({ index }) => graph.destinationName(index));
  return {
    baseline,
    nodes: effects,
    edges: {},
    perExample,
    tables: { interventions: interventionsTable(state.interventions) },
    conventions: {
      effect: `${metric}(path patched) − ${metric}(${base} run), mean over the pairs`,
      importance: importanceOf(metric, direction),
      sender: `a head's, an MLP's or the input's output, from the ${donor} run, at all positions`,
      receiver: `${receivers.join(', ')}: takes what it reads when only the sender differs; everything after is recomputed`,
      heads: `all other heads between sender and receiver keep the ${base} run's output`,
      mlps: mlpPolicy === 'recompute' ? 'recomputed between sender and receiver' : `frozen to the ${base} run`,
      norms: 'recomputed',
    },
  };
}
