import { invalidInput } from '@patchbay/contracts';
import { Random } from '@patchbay/tasks';
import { type Floats, headOutputs } from '@patchbay/transformer';
import type { MethodContext, UnitHooks, Workbench } from '../method.js';
import { batchesOf } from '../memory/batches.js';
import { type Labelled, labelledPrompts } from './classes.js';
import type { Params } from './params.js';
import { mostPrompts } from './plan-units.js';
import { type Trained, type TrainingState, startTraining, train } from './sae/train.js';
import type { TrainUnit } from './units.js';

/** Trains the autoencoder of one seed on the outputs of all heads on that seed's examples. */
export async function trainUnit(unit: TrainUnit, bench: Workbench<Params>, hooks: UnitHooks): Promise<Trained> {
  const { transformer, params, architecture } = bench;
  const seed = seedOf(bench, unit.seed);
  const vectors = await exampleVectors(examplesOf(bench, seed), bench);
  const shape = { width: architecture.dModel, features: params.features, decoderNorm: params.decoderNorm };
  const trained = await train(
    vectors,
    {
      ...shape,
      lambda: params.lambda,
      learningRate: params.learningRate,
      steps: params.epochs,
      from: (hooks.checkpoint as TrainingState | undefined) ?? startTraining(shape, seed),
      onChunk: async (state) => {
        hooks.onProgress(state.steps / params.epochs);
        await hooks.save(state);
      },
    },
    transformer.options,
  );
  if (!Number.isFinite(trained.losses.at(-1))) {
    throw invalidInput(
      `Training diverged: the loss is no longer a number after ${params.epochs} steps.`,
      'Take a lower learningRate.',
    );
  }
  return trained;
}

/** Seeds of one run follow its own; 32 bits are used. */
export const seedOf = ({ seed }: Pick<MethodContext<Params>, 'seed'>, index: number): number => (seed + index) | 0;

/** The prompts that an autoencoder is trained on: any of both classes, all where there are fewer than asked for. */
function examplesOf({ pairs, params }: Workbench<Params>, seed: number): Labelled[] {
  const prompts = labelledPrompts(pairs);
  return new Random(~seed).sample(prompts, Math.min(params.examples, prompts.length));
}

/** Outputs of all heads on some prompts, a row each [prompts · heads, d_model]. */
async function exampleVectors(examples: readonly Labelled[], bench: Workbench<Params>): Promise<Floats> {
  const { transformer, architecture, params } = bench;
  const { layers, heads, dModel } = architecture;
  const data = new Float32Array(examples.length * layers * heads * dModel);
  for (const batch of batchesOf([...examples.keys()], (i) => examples[i]?.tokens.length ?? 0, mostPrompts(bench))) {
    await bench.inHalves(batch, (part) => {
      const prompts = part.map((i) => examples[i]?.tokens ?? []);
      const receive = (layer: number, writes: Floats): Promise<void> => {
        const width = heads * dModel;
        part.forEach((example, row) => {
          data.set(writes.data.subarray(row * width, (row + 1) * width), (example * layers + layer) * width);
        });
        return Promise.resolve();
      };
      return headOutputs(transformer, prompts, { layer: receive, positions: params.positions });
    });
  }
  return { data, dims: [examples.length * layers * heads, dModel] };
}
