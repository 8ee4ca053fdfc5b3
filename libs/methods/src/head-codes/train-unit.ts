import { invalidInput } from '@patchbay/contracts';
import { Random } from '@patchbay/tasks';
import { type Floats, headOutputs } from '@patchbay/transformer';
import type { MethodContext, UnitHooks, Workbench } from '../method.js';
import { batchesOf } from '../memory/batches.js';
import { labelledPrompts } from './classes.js';
import { bothWays, scaled, unscaled } from './differences.js';
import type { Params } from './params.js';
import { mostAtOnce } from './plan-units.js';
import { type Trained, type TrainingState, startTraining, train } from './sae/train.js';
import type { TrainUnit } from './units.js';

/** Trains the autoencoder of one seed on the outputs of all heads on that seed's examples. */
export async function trainUnit(unit: TrainUnit, bench: Workbench<Params>, hooks: UnitHooks): Promise<Trained> {
  const { transformer, params, architecture } = bench;
  const seed = seedOf(bench, unit.seed);
  const outputs = await exampleVectors(examplesOf(bench, seed), bench);
  const { vectors, scale } = params.differences !== 'none' ? scaled(outputs) : { vectors: outputs, scale: 1 };
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
  return params.differences !== 'none' ? unscaled(trained, scale) : trained;
}

/** Seeds of one run follow its own; 32 bits are used. */
export const seedOf = ({ seed }: Pick<MethodContext<Params>, 'seed'>, index: number): number => (seed + index) | 0;

/** One vector a head: its output on a prompt, or what it changes between two. */
type Example = readonly [prompt: readonly number[], other?: readonly number[]];

/**
 * What an autoencoder is trained on: prompts of both classes, or pairs where codes are of differences; all where there
 * are fewer than asked for.
 */
function examplesOf({ pairs, params }: Workbench<Params>, seed: number): Example[] {
  const prompts = labelledPrompts(pairs, params).map(({ tokens }) => tokens);
  const all: Example[] =
    params.differences === 'none'
      ? prompts.map((prompt) => [prompt])
      : pairs.map((_, pair) => [prompts[pair] ?? [], prompts[pair + pairs.length] ?? []]);
  return new Random(~seed).sample(all, Math.min(params.examples, all.length));
}

/** Outputs of all heads on some examples, a row each [examples · heads, d_model]. */
async function exampleVectors(examples: readonly Example[], bench: Workbench<Params>): Promise<Floats> {
  const { transformer, architecture, params } = bench;
  const { layers, heads, dModel } = architecture;
  const data = new Float32Array(examples.length * layers * heads * dModel);
  const sides = params.differences === 'none' ? [0] : [0, 1];
  for (const batch of batchesOf([...examples.keys()], (i) => examples[i]?.[0].length ?? 0, mostAtOnce(bench))) {
    await bench.inHalves(batch, (part) => {
      const prompts = sides.flatMap((side) => part.map((i) => examples[i]?.[side] ?? []));
      const receive = (layer: number, outputs: Floats): Promise<void> => {
        const width = heads * dModel;
        const writes = params.differences !== 'none' ? bothWays(outputs) : outputs;
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
