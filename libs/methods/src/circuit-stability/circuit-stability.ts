import { costOfSets, planUnits, type Unit } from '../edge-sets/plan-units.js';
import { runUnit } from '../edge-sets/run-unit.js';
import type { Method } from '../method.js';
import { type OneRound, type PartialScores, foldRound, startRound } from '../patching/scores.js';
import { type Params, paramsSchema } from './params.js';
import { report } from './report.js';
import { keptBy, setNames, valuesOf } from './sets.js';

/**
 * How far a method's circuit stays the same on other samples of its data, and whether unlike circuits do equally well
 * (Méloux et al. 2025): scores are sampled again from the values by pair of a result, each sample's circuit is measured.
 */
export const circuitStability: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'circuit-stability',
  title: 'Stability of a circuit',
  description:
    'Samples the pairs of a run again: how alike the circuits are at each size, and which unlike ones are equally faithful.',
  citation: 'Méloux et al. 2025, Mechanistic Interpretability as Statistical Estimation, arXiv:2510.00845',
  version: 1,
  needs: { model: true, task: true, corpus: false, circuit: true },
  params: paramsSchema,

  start: (context) => {
    valuesOf(context); // refuses scores that are no means now rather than in a worker
    return startRound(context.pairs.length);
  },
  next: (state, context) => (state.done ? [] : planUnits(setNames(context), context)),
  cost: (context) => costOfSets(setNames(context).length, context),
  run: (unit, bench, hooks) => runUnit(unit, bench, hooks, (set) => keptBy(set, bench)),
  fold: foldRound,
  result: report,
};
