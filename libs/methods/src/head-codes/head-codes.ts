import { type ArtifactFile, autoencoderFile } from '@patchbay/contracts';
import type { Method, MethodContext, UnitHooks, Workbench } from '../method.js';
import { labelledPrompts } from './classes.js';
import { assertPaired } from './differences.js';
import { codeUnit } from './code-unit.js';
import { describeUnit } from './describe-unit.js';
import { type Params, paramsSchema } from './params.js';
import { costOfHeadCodes, planUnits } from './plan-units.js';
import { report } from './report.js';
import { type State, foldPartials } from './state.js';
import type { Autoencoder } from './sae/autoencoder.js';
import { writeAutoencoder } from './sae/file.js';
import { seedOf, trainUnit } from './train-unit.js';
import type { Partial, Unit } from './units.js';

/**
 * Head codes (O'Neill & Bui 2024): one small sparse autoencoder over the outputs of all heads turns each head's output
 * on a prompt into a code; a head scores by the codes that it has on positive prompts only. Nothing is ablated.
 */
export const headCodes: Method<Params, State, Unit, Partial> = {
  id: 'head-codes',
  title: 'Head codes',
  description:
    'Ranks heads without ablation: a sparse autoencoder of all heads’ outputs, trained on a few prompts, turns each ' +
    'output into a code, and heads are scored by codes that only prompts of the task have.',
  citation:
    'O’Neill & Bui 2024, Sparse Autoencoders Enable Scalable and Reliable Circuit Identification in Language Models, arXiv:2405.12522',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: paramsSchema,

  start: (context) => {
    labelledPrompts(context.pairs, context.params);
    if (context.params.differences !== 'none') assertPaired(context.pairs);
    return {};
  },
  next: planUnits,
  cost: costOfHeadCodes,
  run: runUnit,
  fold: foldPartials,
  result: report,
  artifacts: ({ trained = [] }, context) =>
    Object.fromEntries(
      trained.map(({ autoencoder }, index) => [autoencoderFile(index), fileOf(autoencoder, index, context)]),
    ),
};

async function runUnit(unit: Unit, bench: Workbench<Params>, hooks: UnitHooks): Promise<Partial> {
  switch (unit.kind) {
    case 'train':
      return { kind: 'train', seed: unit.seed, trained: await trainUnit(unit, bench, hooks) };
    case 'code':
      return { kind: 'code', parts: await codeUnit(unit, bench, hooks) };
    case 'describe':
      return { kind: 'describe', descriptions: await describeUnit(unit, bench) };
  }
}

/** An autoencoder as a file, with what it was trained on and how. */
function fileOf(autoencoder: Autoencoder, index: number, context: MethodContext<Params>): ArtifactFile {
  const { positions, differences, decoderNorm, lambda, epochs, examples } = context.params;
  const { family, layers, heads } = context.architecture;
  const trained = { positions, differences, decoderNorm, lambda, epochs, examples, seed: seedOf(context, index) };
  const bytes = writeAutoencoder(autoencoder, { ...trained, family, layers, heads });
  return { mediaType: 'application/octet-stream', bytes };
}
