import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { EDGE_CONVENTIONS, REMOVED_EDGE } from '../edges/report-edges.js';
import type { Method, MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { metricOfLoss } from './circuit-loss.js';
import { type Params, paramsSchema } from './params.js';
import { type Unit, cost, nextUnit } from './plan-units.js';
import { type Scanned, runUnit } from './run-unit.js';
import { isKept } from './scan.js';
import { visitOrder } from './visit-order.js';

interface State {
  /** undefined before the first unit */
  scanned: Scanned | undefined;
}

/**
 * Automatic circuit discovery: from the logits down, each edge is removed for good if the circuit then gets worse by
 * less than τ (Conmy et al. 2023, algorithm 1). A sequential scan: one unit a round, each a stretch of edges.
 */
export const acdc: Method<Params, State, Unit, Scanned> = {
  id: 'acdc',
  title: 'ACDC',
  description:
    'Visits every edge from the logits down and removes it for good when the metric gets worse by less than a threshold.',
  citation: 'Conmy et al. 2023, Towards Automated Circuit Discovery for Mechanistic Interpretability, arXiv:2304.14997',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: paramsSchema,

  start: () => ({ scanned: undefined }),
  next: ({ scanned }, context) => nextUnit(scanned?.scan, context),
  cost,
  run: runUnit,
  fold: (_, [scanned]) => ({ scanned }),
  result,
};

function result({ scanned }: State, { params, architecture, seed }: MethodContext<Params>): MethodResult {
  if (!scanned) throw new Error('the scan has not begun');
  const { scan, baseline } = scanned;
  const graph = edgeGraphOf(architecture);
  const kept = Array.from({ length: graph.size }, (_, edge) => edge).filter((edge) => isKept(scan, edge));
  const rows = visitOrder(graph, params.order, seed)
    .flat()
    .map((edge) => ({ name: graph.edgeName(edge), rise: riseOf(scan.rises, edge), kept: isKept(scan, edge) }));
  const removed = rows.filter((row) => !row.kept);
  const tested = rows.filter((row) => row.rise !== null);
  const value = metricOfLoss(params.metric, scan.loss);
  return {
    baseline,
    nodes: {},
    edges: Object.fromEntries(kept.map((edge) => [graph.edgeName(edge), scan.rises[edge] ?? NaN])),
    perExample: {},
    tables: {
      removed: { columns: ['edge', 'rise'], rows: removed.map(({ name, rise }) => [name, rise]) },
      steps: { columns: ['edge', 'rise', 'removed'], rows: tested.map((row) => [row.name, row.rise, !row.kept]) },
      circuit: { columns: ['edges', params.metric], rows: [[kept.length, value]] },
    },
    conventions: conventionsOf(params),
  };
}

const riseOf = (rises: Float64Array, edge: number): number | null => {
  const rise = rises[edge] ?? NaN;
  return Number.isNaN(rise) ? null : rise;
};

const conventionsOf = ({ metric, ablation, tau, order }: Params): Record<string, string> => ({
  effect: `how much ${metric} got worse when the edge was tested, on top of all edges removed before it, mean over the pairs; kept edges only`,
  importance: 'effect',
  decision: `an edge goes when its rise is less than ${tau}; without a kept edge to read it, a head or MLP loses its inputs untested (no rise)`,
  order: `destinations from the logits down; heads and sources ${order}; q, k, v of a head in this order`,
  ablation: `a removed edge carries: ${DONORS[ablation]}`,
  edge: REMOVED_EDGE,
  ...EDGE_CONVENTIONS,
});
