import { invalidInput } from '@patchbay/contracts';
import { metricById } from '@patchbay/tasks';
import type { Cost } from '../memory/cost.js';
import type { Method, MethodContext } from '../method.js';
import { type OneRound, type PartialScores, foldRound, startRound } from '../patching/scores.js';
import { type EapParams, eapParams } from './params.js';
import { type Unit, costOfWays, planUnits } from './plan-units.js';
import { report } from './report.js';
import { runUnit } from './run-unit.js';
import { inputWay } from './ways.js';

/** The clean run itself. */
const CLEAN = [1];

export const costOfEap = (context: MethodContext<EapParams>): Cost =>
  costOfWays(context, inputWay(context.architecture), CLEAN.length);

/**
 * Edge attribution patching (Syed et al. 2023): the effect of removing each edge alone to first order, from two forward
 * passes and one backward.
 */
export const eap: Method<EapParams, OneRound, Unit, PartialScores> = {
  id: 'eap',
  title: 'Edge attribution patching',
  description: 'Estimates the effect of removing every edge alone, from the gradient of the metric on the clean run.',
  citation: 'Syed et al. 2023, Attribution Patching Outperforms Automated Circuit Discovery, arXiv:2310.10348',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: eapParams,

  start: ({ pairs, params: { metric } }) => {
    if (metricById(metric).distance) {
      throw invalidInput(
        `${metric} is a distance from the clean run: its gradient there is 0, and so would be every score of eap.`,
        'Use eap-ig, which takes gradients between the ablated and the clean run, or another metric.',
      );
    }
    return startRound(pairs.length);
  },
  next: (state, context) => (state.done ? [] : planUnits(context, inputWay(context.architecture), CLEAN.length)),
  cost: costOfEap,
  run: (unit, bench, hooks) => runUnit(unit, bench, hooks, CLEAN),
  fold: foldRound,
  result: (state, context) => report(state, context, 'on the clean run'),
};
