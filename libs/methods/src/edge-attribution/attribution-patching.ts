import type { Method, MethodContext, MethodResult } from '../method.js';
import { DONORS } from '../patching/donor.js';
import { type OneRound, type PartialScores, foldRound, importanceOf, reportScores } from '../patching/scores.js';
import { costOfEap, eap } from './eap.js';
import type { EapParams } from './params.js';
import type { Unit } from './plan-units.js';

/**
 * Attribution patching (Nanda 2023; Kramár et al. 2024): the effect of patching each node to first order. What a
 * node writes acts by the edges out of it and by nothing else, so its score is the sum of theirs.
 */
export const attributionPatching: Method<EapParams, OneRound, Unit, PartialScores> = {
  id: 'attribution-patching',
  title: 'Attribution patching',
  description:
    'Estimates the effect of overwriting each head, each MLP and the input, from the gradient of the metric on the clean run.',
  citation: 'Kramár et al. 2024, AtP*: An efficient and scalable method for localizing LLM behaviour, arXiv:2403.00745',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: eap.params,

  start: (context) => eap.start(context),
  next: (state, context) => eap.next(state, context),
  cost: costOfEap,
  run: async (unit, bench, hooks) => {
    const partial = await eap.run(unit, bench, hooks);
    return { ...partial, effects: bySource(partial.effects) };
  },
  fold: foldRound,
  result,
};

/** Sums of the scores of the edges out of each source, by pair. */
function bySource(edges: PartialScores['effects']): PartialScores['effects'] {
  const nodes: PartialScores['effects'] = {};
  for (const [edge, values] of Object.entries(edges)) {
    const [source = ''] = edge.split('->');
    const sum = (nodes[source] ??= new Float64Array(values.length));
    values.forEach((value, i) => (sum[i] = (sum[i] ?? NaN) + value));
  }
  return nodes;
}

function result(state: OneRound, { params: { metric, ablation } }: MethodContext<EapParams>): MethodResult {
  const { baseline, effects, perExample } = reportScores(state, metric);
  return {
    baseline,
    nodes: effects,
    edges: {},
    perExample,
    tables: {},
    conventions: {
      effect: `estimate of ${metric}(one node patched) − ${metric}(clean run): Σ (ablated − clean output) · gradient, over positions; mean over the pairs`,
      gradient: `of ${metric} by the node’s output, on the clean run`,
      importance: importanceOf(metric, 'noising'),
      ablation: `a patched node’s output, at all positions: ${DONORS[ablation]}`,
    },
  };
}
