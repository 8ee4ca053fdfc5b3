import { Random } from '@patchbay/tasks';
import { floats } from '@patchbay/runtime';
import { describe, expect, it } from 'vitest';
import { autoencoderOf, reference, tensorOf } from '../testing/reference.js';
import { type Autoencoder, type DecoderNorm, PARTS, unitNorms } from './autoencoder.js';
import { Coder } from './code.js';
import { type TrainingOptions, type TrainingState, startTraining, train, trainingFrom } from './train.js';

/** Scope: training and coding against the float64 reference, and what must hold of any training. */

const on = { device: 'cpu' as const, folder: process.cwd() };
const nothing = (): Promise<void> => Promise.resolve();

describe.each<DecoderNorm>(['row', 'feature'])('the float64 reference, decoder norm by %s', (decoderNorm) => {
  const { shape, train_rows, lambda_, lr, steps, variants } = reference;
  const variant = variants[decoderNorm];
  const all = tensorOf('X').data;
  const size = shape.heads * shape.D;
  const rows = Float32Array.from(train_rows.flatMap((row) => [...all.subarray(row * size, (row + 1) * size)]));

  it('has the same losses, weights and codes', async () => {
    const { autoencoder, losses } = await train(
      floats(rows, train_rows.length * shape.heads, shape.D),
      {
        width: shape.D,
        features: shape.F,
        lambda: lambda_,
        learningRate: lr,
        decoderNorm,
        steps,
        from: trainingFrom(unitNorms(autoencoderOf('init'), decoderNorm)),
        onChunk: nothing,
      },
      on,
    );
    expect(losses).toHaveLength(steps + 1);
    losses.forEach((loss, t) => expect(Math.abs(loss - (variant.losses[t] ?? NaN))).toBeLessThan(1e-6));
    const final = autoencoderOf(`final.${decoderNorm}`);
    for (const part of PARTS) {
      const off = autoencoder[part].map((value, i) => Math.abs(value - (final[part][i] ?? NaN)));
      expect(Math.max(...off)).toBeLessThan(2e-6);
    }

    const coder = await Coder.open(autoencoder, on);
    const { codes, silent } = await coder.code(floats(all, shape.N * shape.heads, shape.D), autoencoder);
    await coder.release();
    expect([...codes]).toEqual(variant.codes.flat());
    expect(silent.reduce((a, b) => a + b, 0) / silent.length).toBeCloseTo(variant.zero_fraction, 10);
  });
});

describe('any training', () => {
  const [rows, width, features] = [12, 8, 24];
  const random = new Random(5);
  const vectors = floats(
    Float32Array.from({ length: rows * width }, () => random.next() / 2 ** 31 - 1),
    rows,
    width,
  );
  const shape = { width, features, decoderNorm: 'feature' as DecoderNorm };
  const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({
    ...shape,
    ...{ lambda: 0.02, learningRate: 1e-2, steps: 60, from: startTraining(shape, 3), onChunk: nothing },
    ...more,
  });
  const bytes = (autoencoder: Autoencoder) => PARTS.map((part) => Buffer.from(autoencoder[part].buffer));

  it('brings the loss down and keeps the norms', async () => {
    for (const decoderNorm of ['row', 'feature'] as const) {
      const from = startTraining({ ...shape, decoderNorm }, 3);
      const { autoencoder, losses } = await train(vectors, options({ decoderNorm, from }), on);
      expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? NaN));
      const again = unitNorms(autoencoder, decoderNorm);
      for (const part of ['encoder', 'decoder'] as const) {
        again[part].forEach((value, i) => expect(Math.abs(value - (autoencoder[part][i] ?? NaN))).toBeLessThan(1e-6));
      }
    }
  });

  it('reconstructs whatever there is where features abound and λ is 0', async () => {
    const { losses } = await train(vectors, options({ lambda: 0, steps: 3000 }), on);
    expect(losses.at(-1)).toBeLessThan(1e-4);
  });

  it('comes to the same bits every time, and where it was killed between chunks and goes on', async () => {
    const whole = await train(vectors, options(), on);
    expect(bytes((await train(vectors, options(), on)).autoencoder)).toEqual(bytes(whole.autoencoder));
    let saved: TrainingState | undefined;
    const killed = options({
      onChunk: (state) => {
        saved = structuredClone(state);
        return Promise.reject(new Error('killed'));
      },
    });
    await expect(train(vectors, killed, on)).rejects.toThrow('killed');
    expect(saved?.steps).toBeGreaterThan(0);
    expect(saved?.steps).toBeLessThan(60);
    const resumed = await train(vectors, options({ from: saved as TrainingState }), on);
    expect(bytes(resumed.autoencoder)).toEqual(bytes(whole.autoencoder));
    expect(resumed.losses).toEqual(whole.losses);
  });

  it('of another seed comes to other weights', async () => {
    const [first, second] = [
      await train(vectors, options(), on),
      await train(vectors, options({ from: startTraining(shape, 4) }), on),
    ];
    expect(first.autoencoder.encoder).not.toEqual(second.autoencoder.encoder);
  });
});
