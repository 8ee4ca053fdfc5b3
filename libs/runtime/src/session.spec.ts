import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Graph,
  type Value,
  add,
  gelu,
  gemm,
  layerNorm,
  reshapeLike,
  rmsNorm,
  sliceFrom,
  softmax,
} from '@patchbay/onnx';
import { afterAll, describe, expect, it } from 'vitest';
import { profilingOptions, recordPlacements } from './placement.js';
import { probeDevice } from './probe-device.js';
import { openSession } from './session.js';
import { flag, floats, integers } from './tensor.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'patchbay-session-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** Computes y = f(x) on the cpu. */
async function compute(x: Float32Array, dims: number[], f: (x: Value) => Value): Promise<number[]> {
  const g = new Graph('test');
  g.output('y', f(g.input('x', 'float32', dims)));
  const session = await openSession(g, { device: 'cpu', folder });
  const { y } = await session.run({ x: floats(x, ...dims) }, ['y']);
  await session.release();
  return [...y.data];
}

const expectClose = (actual: number[], expected: number[]): void => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? NaN, 5));
};

describe('a session', () => {
  it('reads weights in place from the bytes of another file', async () => {
    writeFileSync(join(folder, 'weights.bin'), Buffer.from(Float32Array.of(9, 9, 1, 2, 3, 4, 10, 20).buffer));
    const y = await compute(Float32Array.of(1, 1), [1, 2], (x) => {
      const w = x.graph.weight('w', [2, 2], { location: 'weights.bin', offset: 8, bytes: 16 });
      const b = x.graph.weight('b', [2], { location: 'weights.bin', offset: 24, bytes: 8 });
      return gemm(x, w, b, true);
    });
    expect(y).toEqual([13, 27]);
  });

  it('computes only the branch that the flag chooses', async () => {
    const g = new Graph('choose');
    const x = g.input('x', 'float32', [1]);
    const [y] = g.choose(
      g.input('up', 'bool', []),
      () => [add(x, g.scalar(1))],
      () => [x],
    );
    if (y) g.output('y', y);
    const session = await openSession(g, { device: 'cpu', folder });
    const at = async (up: boolean) => [
      ...(await session.run({ x: floats(Float32Array.of(5), 1), up: flag(up) }, ['y'])).y.data,
    ];
    expect([await at(true), await at(false)]).toEqual([[6], [5]]);
  });

  it('gives norms, softmax and activations as their formulas say', async () => {
    const x = Float32Array.of(1, 2, 4, -1);
    const mean = 1.5;
    const sd = Math.sqrt(3.25 + 1e-5);
    const ones = (v: Value) => v.graph.constant(Float32Array.of(1, 1, 1, 1), [4]);
    const zeros = (v: Value) => v.graph.constant(new Float32Array(4), [4]);
    expectClose(
      await compute(x, [1, 4], (v) => layerNorm(v, ones(v), zeros(v), 1e-5)),
      [...x].map((v) => (v - mean) / sd),
    );
    const rms = Math.sqrt(22 / 4 + 1e-6);
    expectClose(
      await compute(x, [1, 4], (v) => rmsNorm(v, ones(v), 1e-6)),
      [...x].map((v) => v / rms),
    );
    const total = [...x].reduce((sum, v) => sum + Math.exp(v), 0);
    expectClose(
      await compute(x, [1, 4], softmax),
      [...x].map((v) => Math.exp(v) / total),
    );
    const tanhGelu = (v: number) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
    expectClose(await compute(x, [4], (v) => gelu(v, 'tanh')), [...x].map(tanhGelu));
  });

  it('slices from a position that is an input, and takes leading sizes from another value', async () => {
    const g = new Graph('slice');
    const x = g.input('x', 'float32', ['rows', 'seq', 2]);
    const kept = sliceFrom(x, g.input('from', 'int64', [1]), 1);
    g.output('y', reshapeLike(kept, kept, 2, 1, 2));
    const session = await openSession(g, { device: 'cpu', folder });
    const { y } = await session.run({ x: floats(Float32Array.of(1, 2, 3, 4, 5, 6), 1, 3, 2), from: integers([1], 1) }, [
      'y',
    ]);
    expect({ data: [...y.data], dims: y.dims }).toEqual({ data: [3, 4, 5, 6], dims: [1, 2, 1, 2] });
  });

  it('refuses a device that this build does not have, and says which it has', async () => {
    const g = new Graph('none');
    g.output('y', add(g.input('x', 'float32', [1]), g.scalar(1)));
    const opening = openSession(g, { device: 'tpu' as 'cpu', folder });
    await expect(opening).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('cpu') });
  });

  it('does not fall back where a device cannot start, and says what the machine lacks', async () => {
    const probing = probeDevice('cuda');
    await expect(probing).rejects.toMatchObject({ kind: 'unavailable', action: expect.stringContaining('cuda12') });
    await expect(probing).rejects.toThrow(/^The cuda device could not start: [^\n]+$/);
    await expect(probeDevice('cpu')).resolves.toBeUndefined();
  });

  it('tells where its nodes were computed, each once', async () => {
    const { value, placements } = await recordPlacements(() =>
      compute(Float32Array.of(1, 2), [2], (x) => gelu(x, 'none')),
    );
    expect(value[1]).toBeCloseTo(1.9545, 4);
    const milliseconds = expect.any(Number) as number;
    const placed = { provider: 'CPUExecutionProvider', operator: 'Gelu', types: ['float'], nodes: 1, milliseconds };
    expect(placements).toEqual([placed]);
    expect(profilingOptions()).toEqual({});
  });
});
