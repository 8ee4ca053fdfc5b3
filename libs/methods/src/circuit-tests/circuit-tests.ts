import { costOfSets, planUnits, type Unit } from '../edge-sets/plan-units.js';
import { partOf } from '../edge-sets/given-circuit.js';
import { runUnit } from '../edge-sets/run-unit.js';
import type { Method } from '../method.js';
import { type OneRound, type PartialScores, foldRound, startRound } from '../patching/scores.js';
import { type Params, paramsSchema } from './params.js';
import { report } from './report.js';
import { keptBy, setNames } from './sets.js';

/**
 * Hypothesis tests of a circuit (Shi et al. 2024): is it equivalent to the model, is what is left without it independent
 * of the model, is every edge needed, does it beat random circuits of its size, does the model need it.
 */
export const circuitTests: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'circuit-tests',
  title: 'Hypothesis tests of a circuit',
  description: 'Tests equivalence, independence, minimality, sufficiency and partial necessity, with p-values.',
  citation: 'Shi et al. 2024, Hypothesis Testing the Circuit Hypothesis in LLMs, arXiv:2410.13032',
  version: 1,
  needs: { model: true, task: true, corpus: false, circuit: true },
  params: paramsSchema,

  start: (context) => {
    partOf(context); // refuses a circuit of nothing or everything now rather than in a worker
    return startRound(context.pairs.length);
  },
  next: (state, context) => (state.done ? [] : planUnits(setNames(context), context)),
  cost: (context) => costOfSets(setNames(context).length, context),
  run: (unit, bench, hooks) => runUnit(unit, bench, hooks, (set) => keptBy(set, bench)),
  fold: foldRound,
  result: report,
};
