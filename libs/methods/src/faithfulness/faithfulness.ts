import { assertShape, referenceCircuits } from '@patchbay/circuit';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import type { Method } from '../method.js';
import { type OneRound, type PartialScores, foldRound, startRound } from '../patching/scores.js';
import { costOfSets, planUnits, type Unit } from '../edge-sets/plan-units.js';
import { runUnit } from '../edge-sets/run-unit.js';
import { type Params, paramsSchema } from './params.js';
import { report } from './report.js';
import { keptBy, setNames } from './sets.js';

/**
 * How much of what the model does do circuits of growing size do: f(C_k) over MIB's grid, CPR and CMD, beside random
 * circuits of the same sizes (Mueller et al. 2025). All edges outside a circuit are ablated in one masked pass.
 */
export const faithfulness: Method<Params, OneRound, Unit, PartialScores> = {
  id: 'faithfulness',
  title: 'Faithfulness of a circuit',
  description:
    'Measures circuits of growing size with all else ablated: faithfulness curve, CPR, CMD, random circuits beside it.',
  citation: 'Mueller et al. 2025, MIB: A Mechanistic Interpretability Benchmark, arXiv:2504.13151',
  version: 1,
  needs: { model: true, task: true, corpus: false, circuit: true },
  params: paramsSchema,

  start: ({ pairs, params, architecture }) => {
    const truth = referenceCircuits.find(({ id }) => id === params.truth);
    if (truth) assertShape(edgeGraphOf(architecture).shape, truth.shape);
    return startRound(pairs.length);
  },
  next: (state, context) => (state.done ? [] : planUnits(setNames(context), context)),
  cost: (context) => costOfSets(setNames(context).length, context),
  run: (unit, bench, hooks) => runUnit(unit, bench, hooks, (set) => keptBy(set, bench)),
  fold: foldRound,
  result: report,
};
