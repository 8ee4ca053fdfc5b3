import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { type OneRound, importanceOf, reportScores } from '../patching/scores.js';
import type { EapParams } from './params.js';

/** Estimated effects, edges in the graph's canonical order. @param gradient where it is taken, for the manifest */
export function report(
  state: OneRound,
  { params: { metric, ablation }, architecture }: MethodContext<EapParams>,
  gradient: string,
): MethodResult {
  const { baseline, effects, perExample } = reportScores(state, metric);
  const graph = edgeGraphOf(architecture);
  const names = Array.from({ length: graph.size }, (_, edge) => graph.edgeName(edge));
  return {
    baseline,
    nodes: {},
    edges: Object.fromEntries(names.map((name) => [name, effects[name] ?? NaN])),
    perExample,
    tables: {},
    conventions: {
      effect: `estimate of ${metric}(one edge removed) − ${metric}(clean run): Σ (ablated − clean output of the source) · gradient, over positions; mean over the pairs`,
      gradient: `of ${metric} by what the destination reads before its norm, ${gradient}`,
      importance: importanceOf(metric, 'noising'),
      ablation: `a removed edge carries: ${DONORS[ablation]}`,
      bias: 'attention output biases belong to no edge; MLP output biases belong to the MLP',
      heads:
        'q, k and v edges of every query head, under grouped keys too; where a norm follows attention a head writes its share under its own run’s scale',
    },
  };
}
