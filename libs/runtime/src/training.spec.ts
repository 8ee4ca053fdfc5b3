import * as ops from '@patchbay/onnx';
import { type AdamState, Graph, type Value, adam, gradients } from '@patchbay/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Session, openSession } from './session.js';
import { random, sample } from './testing/gradient-check.js';
import { type Tensor, floats, integers } from './tensor.js';

/** Scope: training steps as the body of one Loop: autodiff inside it, Adam over it, losses recorded. */

const LEARNING_RATE = 0.05;
const open = (g: Graph) => openSession(g, { device: 'cpu', folder: process.cwd() });

/** Mean of −log P(label) under logits [rows, 2], labels one-hot. */
const crossEntropy = (logits: Value, labels: Value): Value =>
  ops.neg(ops.sum(ops.mean(ops.mul(ops.logSoftmax(logits), labels), 0), -1));

/**
 * `steps` Adam steps on all rows, starting at step number `from`; parameters and moments go in and come out as
 * `<name>`, `<name>.mean` and `<name>.meanSquare`.
 */
function trainer(
  shapes: Record<string, number[]>,
  loss: (parameters: Record<string, Value>, g: Graph) => Value,
): Graph {
  const g = new Graph('trainer');
  const names = Object.keys(shapes).flatMap((name) => [name, `${name}.mean`, `${name}.meanSquare`]);
  const initial = names.map((name) => g.input(name, 'float32', shapes[name.split('.')[0] as string] as number[]));
  const from = g.input('from', 'int64', []);
  const { carried, recorded } = g.loop(g.input('steps', 'int64', []), initial, (step, values) => {
    const states = Object.keys(shapes).map((name, i): AdamState => {
      const [parameter, mean, meanSquare] = values.slice(3 * i, 3 * i + 3) as [Value, Value, Value];
      return { parameter, mean, meanSquare };
    });
    const now = loss(
      Object.fromEntries(Object.keys(shapes).map((name, i) => [name, (states[i] as AdamState).parameter])),
      g,
    );
    const slopes = gradients(
      [{ value: now, gradient: g.scalar(1) }],
      states.map(({ parameter }) => parameter),
    );
    const next = states.map((state, i) =>
      adam(state, slopes[i] as Value, ops.add(step, from), { learningRate: LEARNING_RATE }),
    );
    return { carried: next.flatMap((s) => [s.parameter, s.mean, s.meanSquare]), recorded: [now] };
  });
  names.forEach((name, i) => g.output(`${name} after`, carried[i] as Value));
  g.output('losses', recorded[0] as Value);
  return g;
}

const next = random(3);
const ROWS = 64;
/** Points in the plane; the label is whether they lie in the first or third quadrant (no line separates them). */
const points = sample(next, [ROWS, 2], -1, 1, 0.1);
const labels = Float32Array.from({ length: ROWS * 2 }, (_, i) => {
  const [x, y] = points.subarray(2 * Math.floor(i / 2)) as unknown as [number, number];
  return x * y > 0 === (i % 2 === 1) ? 1 : 0;
});
const data = { points: floats(points, ROWS, 2), labels: floats(labels, ROWS, 2) };

describe('a network of two layers', () => {
  const shapes = { w1: [2, 16], b1: [16], w2: [16, 2], b2: [2] };
  const start: Record<string, Tensor> = Object.fromEntries(
    Object.entries(shapes).flatMap(([name, dims]) => {
      const zeros = () => floats(new Float32Array(dims.reduce((a, b) => a * b, 1)), ...dims);
      const values = name.startsWith('w') ? floats(sample(next, dims, -0.7, 0.7), ...dims) : zeros();
      return [
        [name, values],
        [`${name}.mean`, zeros()],
        [`${name}.meanSquare`, zeros()],
      ];
    }),
  );
  const names = Object.keys(start);
  const results = [...names.map((name) => `${name} after`), 'losses'];
  let session: Session;

  beforeAll(async () => {
    session = await open(
      trainer(shapes, (p, g) => {
        const x = g.input('points', 'float32', ['rows', 2]);
        const hidden = ops.tanh(ops.gemm(x, p.w1 as Value, p.b1, false));
        return crossEntropy(ops.gemm(hidden, p.w2 as Value, p.b2, false), g.input('labels', 'float32', ['rows', 2]));
      }),
    );
  });
  afterAll(() => session.release());

  const train = (state: Record<string, Tensor>, from: number, steps: number) =>
    session.run({ ...state, ...data, from: integers([from]), steps: integers([steps]) }, results);
  const bytes = (r: Record<string, Tensor>) =>
    names.map((name) => Buffer.from((r[`${name} after`] as Tensor).data.buffer));

  it('learns what no line separates', async () => {
    const { losses } = await train(start, 0, 200);
    expect(losses?.data[0]).toBeCloseTo(Math.log(2), 0);
    expect(losses?.data[199]).toBeLessThan(0.03);
  });

  it('comes to the same bits every time', async () => {
    const [first, second] = [await train(start, 0, 50), await train(start, 0, 50)];
    expect(bytes(second)).toEqual(bytes(first));
  });

  it('comes to the same bits where it stops half-way and goes on from its state', async () => {
    const half = await train(start, 0, 25);
    const state = Object.fromEntries(names.map((name) => [name, half[`${name} after`] as Tensor]));
    expect(bytes(await train(state, 25, 25))).toEqual(bytes(await train(start, 0, 50)));
  });
});

describe('Adam', () => {
  it('takes the steps of Kingma & Ba, computed in float64', async () => {
    const session = await open(
      trainer({ w: [2] }, (p, g) => {
        // f(w) = Σ aᵢ (wᵢ − 1)⁴ / 4, aᵢ = 3 and 0.01: gradients of different sizes
        const off = ops.sub(p.w as Value, g.scalar(1));
        const fourth = ops.mul(ops.mul(off, off), ops.mul(off, off));
        return ops.sum(ops.mul(fourth, g.constant(Float32Array.of(0.75, 0.0025), [2])), 0);
      }),
    );
    const zeros = floats(new Float32Array(2), 2);
    const state = { w: floats(Float32Array.of(2, -1), 2), 'w.mean': zeros, 'w.meanSquare': zeros };
    const r = await session.run({ ...state, from: integers([0]), steps: integers([30]) }, ['w after']);
    await session.release();

    const [beta1, beta2] = [0.9, 0.999];
    const expected = [2, -1].map((start, i) => {
      let [w, m, v] = [start, 0, 0];
      for (let t = 1; t <= 30; t++) {
        const slope = (i === 0 ? 3 : 0.01) * (w - 1) ** 3;
        m = beta1 * m + (1 - beta1) * slope;
        v = beta2 * v + (1 - beta2) * slope ** 2;
        w -= (LEARNING_RATE * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + 1e-8);
      }
      return w;
    });
    expected.forEach((w, i) => expect(Math.abs((r['w after'].data[i] ?? NaN) - w)).toBeLessThan(2e-6));
  });
});
