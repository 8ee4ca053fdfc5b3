import { autoencoderFile, invalidInput } from '@patchbay/contracts';
import type { Method, MethodContext, UnitHooks, Workbench } from '../method.js';
import { labelledPrompts } from './classes.js';
import { assertPaired } from './differences.js';
import { codeUnit } from './code-unit.js';
import { describeUnit } from './describe-unit.js';
import { type Params, paramsSchema } from './params.js';
import { costOfHeadCodes, planUnits } from './plan-units.js';
import { report } from './report.js';
import { type State, foldPartials } from './state.js';
import { writeAutoencoder } from './sae/file.js';
import { trainUnit } from './train-unit.js';
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
    assertRoom(context);
    return {};
  },
  next: planUnits,
  cost: costOfHeadCodes,
  run: runUnit,
  fold: foldPartials,
  result: report,
  artifacts: ({ trained = [] }, { architecture: { family, layers, heads }, params, seed }) =>
    Object.fromEntries(
      trained.map(({ autoencoder }, index) => {
        const { positions, differences, decoderNorm, lambda, epochs, examples } = params;
        const settings = {
          positions,
          differences,
          decoderNorm,
          lambda,
          epochs,
          examples,
          seed: seed + index,
          family,
          layers,
          heads,
        };
        const bytes = writeAutoencoder(autoencoder, settings);
        return [autoencoderFile(index), { mediaType: 'application/octet-stream', bytes }];
      }),
    ),
};

/** Vectors that are trained on at once. */
const MOST_TRAINING_BYTES = 2 ** 30;

/** @throws PatchbayError `invalid-input` where the examples' head outputs would not fit in memory */
function assertRoom({ architecture, params }: MethodContext<Params>): void {
  const { layers, heads, dModel } = architecture;
  const most = Math.floor(MOST_TRAINING_BYTES / (4 * layers * heads * dModel));
  if (params.examples <= most) return;
  throw invalidInput(
    `Outputs of ${layers * heads} heads on ${params.examples} examples are more than ${MOST_TRAINING_BYTES / 2 ** 20} MiB.`,
    `Take at most ${most} examples.`,
  );
}

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
