import type { Architecture } from '@patchbay/transformer';
import type { Method } from '../method.js';
import { type OneRound, type PartialScores, foldRound, startRound } from '../patching/scores.js';
import { type EapIgParams, eapIgParams, sharesOf } from './params.js';
import { type Unit, costOfWays, planUnits } from './plan-units.js';
import { report } from './report.js';
import { runUnit } from './run-unit.js';
import { type Way, activationWays, inputWay } from './ways.js';

/**
 * Edge attribution patching with integrated gradients (Hanna et al. 2024): the gradient is the mean of those at points
 * between the ablated and the clean run.
 */
export const eapIg: Method<EapIgParams, OneRound, Unit, PartialScores> = {
  id: 'eap-ig',
  title: 'Edge attribution patching with integrated gradients',
  description:
    'Estimates the effect of removing every edge alone, from the mean gradient of the metric on the way from the ablated to the clean run.',
  citation: 'Hanna et al. 2024, Have Faith in Faithfulness, arXiv:2403.17806',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: eapIgParams,

  start: ({ pairs }) => startRound(pairs.length),
  next: (state, context) =>
    state.done ? [] : planUnits(context, waysOf(context.params, context.architecture), context.params.steps),
  cost: (context) => costOfWays(context, waysOf(context.params, context.architecture), context.params.steps),
  run: (unit, bench, hooks) => runUnit(unit, bench, hooks, sharesOf(bench.params)),
  fold: foldRound,
  result: (state, context) => report(state, context, gradientOf(context.params)),
};

const waysOf = ({ variant }: EapIgParams, architecture: Architecture): Way[] =>
  variant === 'inputs' ? inputWay(architecture) : activationWays(architecture);

function gradientOf({ steps, rule, variant }: EapIgParams): string {
  const what = variant === 'inputs' ? 'the input embedding' : 'the source’s output (a layer’s heads together)';
  const share = { midpoint: '(k + ½) / m', left: 'k / m', right: '(k + 1) / m' }[rule];
  return `mean over m = ${steps} runs in which ${what} is ablated + ${share} · (clean − ablated), k = 0 … m − 1`;
}
