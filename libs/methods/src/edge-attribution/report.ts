import { EDGE_CONVENTIONS, inCanonicalOrder } from '../edges/report-edges.js';
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
  return {
    baseline,
    nodes: {},
    edges: inCanonicalOrder(effects, architecture),
    perExample,
    tables: {},
    conventions: {
      effect: `estimate of ${metric}(one edge removed) − ${metric}(clean run): Σ (ablated − clean output of the source) · gradient, over positions; mean over the pairs`,
      gradient: `of ${metric} by what the destination reads before its norm, ${gradient}`,
      importance: importanceOf(metric, 'noising'),
      ablation: `a removed edge carries: ${DONORS[ablation]}`,
      ...EDGE_CONVENTIONS,
    },
  };
}
