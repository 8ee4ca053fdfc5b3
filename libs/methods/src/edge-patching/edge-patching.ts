import { EDGE_CONVENTIONS, REMOVED_EDGE, inCanonicalOrder } from '../edges/report-edges.js';
import type { Method, MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
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
import { runUnit } from './run-unit.js';

/**
 * Edge patching: the effect of removing each edge of the factorised graph alone, nothing frozen (Goldowsky-Dill et
 * al. 2023; the exact figures that edge attribution patching estimates). Only the edge's destination changes in its
 * layer, so every edge is an activation patch of that destination. One round; a unit is some pairs × some destinations.
 */
export const edgePatching: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'edge-patching',
  title: 'Edge patching',
  description:
    'Removes every edge of the graph alone: its destination reads the source’s value from another run, and all that follows is recomputed.',
  citation: 'Goldowsky-Dill et al. 2023, Localizing Model Behavior with Path Patching, arXiv:2304.05969',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: paramsSchema,

  start: ({ pairs }) => startRound(pairs.length),
  next: (state, context) => (state.done ? [] : planUnits(context)),
  cost,
  run: runUnit,
  fold: foldRound,
  result,
};

function result(state: OneRound, { params, architecture }: MethodContext<Params>): MethodResult {
  const { metric, ablation } = params;
  const { baseline, effects, perExample } = reportScores(state, metric);
  return {
    baseline,
    nodes: {},
    edges: inCanonicalOrder(effects, architecture),
    perExample,
    tables: { interventions: interventionsTable(state.interventions) },
    conventions: {
      effect: `${metric}(one edge removed) − ${metric}(clean run), mean over the pairs`,
      importance: importanceOf(metric, 'noising'),
      ablation: `a removed edge carries: ${DONORS[ablation]}`,
      edge: REMOVED_EDGE,
      ...EDGE_CONVENTIONS,
    },
  };
}
