import * as ops from '@patchbay/onnx';
import { type Dim, type Value, gradients } from '@patchbay/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operand, checkGradient, random, sample, worstError } from './testing/gradient-check.js';

/** Sizes known when the graph is built, or only when it runs. */
type Declared = 'numbers' | 'names';
const declared = fc.constantFrom<Declared>('numbers', 'names');
const seeds = fc.nat(1e6);
const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });

const operand = (dims: readonly number[], data: Float32Array, how: Declared, stem: string): Operand => ({
  dims,
  data,
  names: how === 'numbers' ? undefined : dims.map((_, i): Dim => `${stem}${i}`),
});

const RUNS = { numRuns: 12 };
const TOLERANCE = 5e-5;

/** `f` at random operands of the given shapes. */
async function expectRight(
  f: (...xs: Value[]) => Value,
  shapes: readonly (readonly number[])[],
  { how, seed, low, high, gap }: { how: Declared; seed: number; low?: number; high?: number; gap?: number },
): Promise<void> {
  const next = random(seed);
  const operands = shapes.map((dims, i) => operand(dims, sample(next, dims, low, high, gap), how, `s${i}_`));
  expect(worstError(await checkGradient(f, operands, seed + 1))).toBeLessThan(TOLERANCE);
}

describe('the gradient of a function of one operand', () => {
  const cases: [string, (x: Value) => Value, { low?: number; high?: number; gap?: number }?][] = [
    ['Identity', ops.identity],
    ['Neg', ops.neg],
    ['Exp', ops.exp],
    ['Log', ops.log, { low: 0.7, high: 2 }],
    ['Sqrt', ops.sqrt, { low: 0.7, high: 2 }],
    ['Abs', ops.abs, { gap: 0.2 }],
    ['Erf', ops.erf],
    ['Pow 2', (x) => ops.pow(x, x.graph.scalar(2))],
    ['Pow 3', (x) => ops.pow(x, x.graph.scalar(3))],
    ['Pow −½', (x) => ops.pow(x, x.graph.scalar(-0.5)), { low: 0.7, high: 2 }],
    ['Sigmoid', ops.sigmoid],
    ['Tanh', ops.tanh],
    ['Relu', ops.relu, { gap: 0.2 }],
    ['Gelu', (x) => ops.gelu(x, 'none')],
    ['Gelu by tanh', (x) => ops.gelu(x, 'tanh')],
    ['SiLU, which reads x twice', (x) => ops.mul(x, ops.sigmoid(x))],
    ['Softmax', ops.softmax],
    ['LogSoftmax', ops.logSoftmax],
    ['ReduceSum', (x) => ops.sum(x, 0)],
    ['ReduceSum over two axes', (x) => ops.sum(x, 0, -1)],
    ['ReduceMean', (x) => ops.mean(x, -1)],
    ['Reshape', (x) => ops.mul(ops.reshape(x, -1), ops.reshape(ops.exp(x), -1))],
    ['Reshape, sizes taken from a value', (x) => ops.reshapeLike(ops.mul(x, x), x, 1, -1)],
    ['Transpose', (x) => ops.transpose(ops.mul(x, x), ...[...x.dims.keys()].reverse())],
    ['Concat with what is not differentiated', (x) => ops.concat(0, x, ops.zerosLike(x), ops.mul(x, x))],
    ['Slice', (x) => ops.sliceFrom(ops.exp(x), x.graph.integers(-1), -1)],
    ['Slice from a place behind the end', (x) => ops.sliceFrom(ops.exp(x), x.graph.integers(9), 0)],
    ['Gather of one place', (x) => ops.gather(ops.exp(x), x.graph.integers(0), -1)],
    ['Gather of a place twice, and from the end', (x) => ops.gather(ops.exp(x), x.graph.integers(0, -1, 0), 0)],
  ];
  it.each(cases)('%s', async (_, f, domain = {}) => {
    await fc.assert(
      fc.asyncProperty(sizes, declared, seeds, (dims, how, seed) => expectRight(f, [dims], { how, seed, ...domain })),
      RUNS,
    );
  });
});

describe('the gradient of a function of two operands that broadcast', () => {
  /** Two shapes that broadcast: either may lack leading axes or have axes of size 1. */
  const pairs = fc
    .tuple(sizes, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), fc.nat(2), fc.boolean())
    .map(([dims, ones, drop, first]) => {
      const thinned = (offset: number) => dims.map((size, i) => (ones[i + offset] ? 1 : size));
      const [a, b] = [thinned(0), thinned(3)];
      return first ? [a.slice(Math.min(drop, a.length)), b] : [a, b.slice(Math.min(drop, b.length))];
    });
  const cases: [string, (a: Value, b: Value) => Value, { low?: number; high?: number }?][] = [
    ['Add', ops.add],
    ['Sub', ops.sub],
    ['Mul', ops.mul],
    ['Div', ops.div, { low: 0.7, high: 2 }],
    ['Max', (a, b) => ops.max(a, ops.add(b, b.graph.scalar(3.2)))],
    ['Min', (a, b) => ops.min(a, ops.sub(b, b.graph.scalar(3.2)))],
    ['Where', (a, b) => ops.where(ops.greater(ops.zerosLike(a), ops.zerosLike(b)), ops.exp(a), ops.mul(b, b))],
    ['a power with a shape of its own', (a, b) => ops.mul(ops.pow(a, ops.scale(ops.zerosLike(b), 1)), b), { low: 0.7 }],
    ['Expand', (a, b) => ops.mul(ops.expandTo(ops.exp(a), ops.add(a, b)), b)],
  ];
  it.each(cases)('%s', async (_, f, domain = {}) => {
    await fc.assert(
      fc.asyncProperty(pairs, declared, seeds, (shapes, how, seed) => expectRight(f, shapes, { how, seed, ...domain })),
      { numRuns: 25 },
    );
  });

  it.each<[string, (a: Value, b: Value) => Value]>([
    ['Max', ops.max],
    ['Min', ops.min],
  ])('%s chooses between elements', async (_, f) => {
    const a = operand([4], Float32Array.of(-1, 0.5, 2, -0.4), 'numbers', 'a');
    const b = operand([4], Float32Array.of(1, -0.5, 1, -0.8), 'numbers', 'b');
    expect(worstError(await checkGradient(f, [a, b]))).toBeLessThan(TOLERANCE);
  });
});

describe('the gradient of a matrix product', () => {
  const size = fc.integer({ min: 1, max: 4 });

  it('MatMul: batches of either operand broadcast', async () => {
    const batches = fc.constantFrom(
      ...[
        [[], []],
        [[2], []],
        [[], [2]],
        [[2], [2]],
        [[2], [1]],
        [[3, 1], [2]],
        [
          [2, 3],
          [2, 1],
        ],
      ],
    ) as fc.Arbitrary<[number[], number[]]>;
    await fc.assert(
      fc.asyncProperty(batches, size, size, size, declared, seeds, ([a, b], m, k, n, how, seed) =>
        expectRight(
          (x, y) => ops.matmul(x, y),
          [
            [...a, m, k],
            [...b, k, n],
          ],
          { how, seed },
        ),
      ),
      { numRuns: 30 },
    );
  });

  it('Gemm: with and without a bias, the weight in either layout', async () => {
    const biases = fc.constantFrom('none', 'row', 'one', 'matrix');
    await fc.assert(
      fc.asyncProperty(size, size, size, fc.boolean(), biases, declared, seeds, (m, k, n, turned, bias, how, seed) => {
        const shapes = [[m, k], turned ? [n, k] : [k, n]];
        if (bias !== 'none') shapes.push(bias === 'row' ? [n] : bias === 'one' ? [1] : [m, n]);
        return expectRight((x, w, b) => ops.gemm(x as Value, w as Value, b, turned), shapes, { how, seed });
      }),
      { numRuns: 30 },
    );
  });

  it('Gemm: each factor as it is or transposed', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, size, fc.boolean(), fc.boolean(), seeds, (m, k, n, ta, tb, seed) =>
        expectRight(
          (a, b) => ops.matrixProduct(a as Value, ta, b as Value, tb),
          [ta ? [k, m] : [m, k], tb ? [n, k] : [k, n]],
          {
            how: 'numbers',
            seed,
          },
        ),
      ),
      RUNS,
    );
  });
});

describe('the gradient of a norm', () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 5 }));

  it('LayerNorm: by the input, the weight and the bias', async () => {
    await fc.assert(
      fc.asyncProperty(shape, declared, seeds, ([rows, width], how, seed) =>
        expectRight(
          (x, w, b) => ops.layerNorm(x as Value, w as Value, b as Value, 0.1),
          [[rows, 2, width], [width], [width]],
          {
            how,
            seed,
          },
        ),
      ),
      RUNS,
    );
  });

  it('RMSNorm: by the input and the weight', async () => {
    await fc.assert(
      fc.asyncProperty(shape, declared, seeds, ([rows, width], how, seed) =>
        expectRight((x, w) => ops.rmsNorm(x as Value, w as Value, 0.1), [[rows, 2, width], [width]], { how, seed }),
      ),
      RUNS,
    );
  });
});

describe('the gradient of several results at once', () => {
  it.each<[string, (x: Value) => Value]>([
    ['Split, all pieces', (x) => ops.concat(0, ...(ops.split(ops.exp(x), [2, 1, 3], 0) as [Value, Value, Value]))],
    ['Split, one piece', (x) => ops.split(ops.exp(x), [2, 1, 3], 0)[1] as Value],
  ])('%s', (_, f) => expectRight(f, [[6, 2]], { how: 'numbers', seed: 5 }));
});

describe('the gradient of a gradient', () => {
  /** d/dx of Σ y², as a function of x. */
  const slope =
    (f: (x: Value) => Value) =>
    (x: Value): Value => {
      const y = f(x);
      return gradients([{ value: y, gradient: ops.scale(y, 2) }], [x])[0] as Value;
    };
  it.each<[string, (x: Value) => Value]>([
    ['Softmax', ops.softmax],
    ['LogSoftmax', ops.logSoftmax],
    ['Gelu', (x) => ops.gelu(x, 'none')],
    ['Tanh', ops.tanh],
    ['Gather', (x) => ops.gather(ops.exp(x), x.graph.integers(0, 1, 0), 0)],
    ['Slice', (x) => ops.sliceFrom(ops.exp(x), x.graph.integers(1), 1)],
    ['MatMul', (x) => ops.matmul(x, ops.transpose(x, 1, 0))],
    ['Split', (x) => ops.mul(...(ops.split(x, [1, 2], 1).map((v) => ops.sum(v, 1)) as [Value, Value]))],
  ])('%s', (_, f) => expectRight(slope(f), [[2, 3]], { how: 'numbers', seed: 7 }));
});
