import { invalidInput } from '@patchbay/contracts';
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
 * Activation patching: the causal effect of one activation on a metric (Vig et al. 2020; Meng et al. 2022, §2.1;
 * best practices of Zhang & Nanda 2024). One round; every unit is some pairs × some layers.
 */
export const activationPatching: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'activation-patching',
  title: 'Activation patching',
  description:
    'Overwrites one activation with its value from another prompt and measures what that does to the answer.',
  citation: 'Zhang & Nanda 2024, Towards Best Practices of Activation Patching in Language Models, arXiv:2309.16042',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: paramsSchema,

  start({ architecture, pairs, params }) {
    if (params.site === 'mlp-out' && architecture.dMlp === 0) {
      throw invalidInput('This model has no MLPs.', 'Choose another site: z, attn-out or resid-pre.');
    }
    return startRound(pairs.length);
  },
  next: (state, context) => (state.done ? [] : planUnits(context)),
  cost,
  run: runUnit,
  fold: foldRound,
  result,
};

function result(state: OneRound, { params }: MethodContext<Params>): MethodResult {
  const { metric, direction, positions, donor } = params;
  const { baseline, effects, perExample } = reportScores(state, metric);
  return {
    baseline,
    nodes: effects,
    edges: {},
    perExample,
    tables: { interventions: interventionsTable(state.interventions) },
    conventions: {
      effect: `${metric}(patched) − ${metric}(${direction === 'noising' ? 'clean' : 'corrupted'} run), mean over the pairs that have the site`,
      importance: importanceOf(metric, direction),
      positions: positions === 'all' ? 'all positions at once' : 'one at a time, counted from the first token',
      donor: DONORS[donor],
    },
  };
}
