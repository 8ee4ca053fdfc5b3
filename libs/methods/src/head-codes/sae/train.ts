import { type SessionOptions, type Session, type Tensor, floats, integers, openSession } from '@patchbay/runtime';
import { type Autoencoder, PARTS, type Part, randomAutoencoder, sizesOf } from './autoencoder.js';
import { STATE, type TrainingShape, trainingGraph } from './training-graph.js';

/** Training as far as it has come: plain data, stored as a checkpoint. */
export interface TrainingState {
  /** steps taken */
  steps: number;
  /** loss before each of them */
  losses: number[];
  /** weights and Adam's running means, by the names of `STATE` */
  tensors: Record<(typeof STATE)[number], Float32Array>;
}

export interface Trained {
  autoencoder: Autoencoder;
  /** loss after each number of steps, from 0 to all */
  losses: number[];
}

export interface TrainingOptions extends Omit<TrainingShape, 'rows'> {
  steps: number;
  /** where training begins, or where an earlier attempt stopped */
  from: TrainingState;
  /** called between chunks of steps */
  onChunk: (state: TrainingState) => Promise<void>;
}

/**
 * Steps of one call of the runtime, which nothing interrupts: some seconds at the width of a large model. It does not
 * change a bit of what comes out.
 */
const STEPS_AT_ONCE = 25;

export function startTraining(
  shape: Pick<TrainingShape, 'width' | 'features' | 'decoderNorm'>,
  seed: number,
): TrainingState {
  return trainingFrom(randomAutoencoder(shape, seed));
}

/** Training that begins at given weights, whose norms are 1. */
export function trainingFrom(autoencoder: Autoencoder): TrainingState {
  const tensors = Object.fromEntries(
    PARTS.flatMap((part) => {
      const { length } = autoencoder[part];
      return [
        [part, autoencoder[part]],
        [`${part}.mean`, new Float32Array(length)],
        [`${part}.meanSquare`, new Float32Array(length)],
      ];
    }),
  ) as TrainingState['tensors'];
  return { steps: 0, losses: [], tensors };
}

/** Trains on all vectors [rows, width] in every step. @throws PatchbayError as `openSession` and `Session.run` do */
export async function train(
  vectors: Tensor<Float32Array>,
  { steps, from, onChunk, ...shape }: TrainingOptions,
  on: SessionOptions,
): Promise<Trained> {
  const session = await openSession(trainingGraph({ ...shape, rows: vectors.dims[0] ?? 0 }), on);
  try {
    let state = from;
    let last = NaN;
    do {
      const count = Math.min(STEPS_AT_ONCE, steps - state.steps);
      ({ state, last } = await chunk(session, vectors, state, count, shape));
      await onChunk(state);
    } while (state.steps < steps);
    const parts = Object.fromEntries(PARTS.map((part) => [part, state.tensors[part]])) as Record<Part, Float32Array>;
    const { width, features } = shape;
    return { autoencoder: { width, features, ...parts }, losses: [...state.losses, last] };
  } finally {
    await session.release();
  }
}

/** @returns the state after `count` more steps, and the loss there */
async function chunk(
  session: Session,
  vectors: Tensor<Float32Array>,
  state: TrainingState,
  count: number,
  shape: Pick<TrainingShape, 'width' | 'features'>,
): Promise<{ state: TrainingState; last: number }> {
  const sizes = sizesOf(shape);
  const carried = STATE.map((name) => [name, floats(state.tensors[name], ...sizes[name.split('.')[0] as Part])]);
  const feeds = { vectors, steps: integers([count]), stepsBefore: integers([state.steps]) };
  const results = await session.run({ ...feeds, ...(Object.fromEntries(carried) as Record<string, Tensor>) }, [
    ...STATE.map((name) => `${name} after` as const),
    'losses',
    'loss after',
  ]);
  const tensors = Object.fromEntries(STATE.map((name) => [name, results[`${name} after`].data]));
  const losses = [...state.losses, ...results.losses.data];
  return {
    state: { steps: state.steps + count, losses, tensors: tensors as TrainingState['tensors'] },
    last: results['loss after'].data[0] ?? NaN,
  };
}
