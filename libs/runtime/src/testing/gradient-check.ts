import { type Dim, Graph, type Value, gradients } from '@patchbay/onnx';
import { openSession } from '../session.js';
import { type Tensor, floats } from '../tensor.js';

/** A float32 input of a function under test; `names` declares sizes by name, so that they are known only at run time. */
export interface Operand {
  dims: readonly number[];
  data: Float32Array;
  names?: readonly Dim[];
}

export interface GradientCheck {
  /** by autodiff, one array for each operand */
  exact: Float32Array[];
  /** by finite differences */
  numeric: Float64Array[];
}

/** Pseudo-random numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random numbers in [low, high), none nearer to 0 than `gap`. */
export function sample(next: () => number, dims: readonly number[], low = -1.5, high = 1.5, gap = 0): Float32Array {
  return Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => {
    const x = low + (high - low) * next();
    return Math.abs(x) < gap ? x + Math.sign(x || 1) * gap : x;
  });
}

const STEP = 0.04;

/**
 * The gradient of Σ cᵢ yᵢ, y = f(operands), c random but fixed, by autodiff and by central differences of fourth
 * order, (8 (L(h) − L(−h)) − (L(2h) − L(−2h))) / 12h. With float32 outputs summed in float64 and h = 0.04 both the
 * truncation (h⁴) and the rounding (2⁻²⁴ / h) stay near 10⁻⁶ for functions of moderate derivatives.
 */
export async function checkGradient(
  f: (...operands: Value[]) => Value,
  operands: readonly Operand[],
  seed = 1,
): Promise<GradientCheck> {
  const data = operands.map((operand) => operand.data.slice());
  const feeds = Object.fromEntries(operands.map(({ dims }, i) => [`x${i}`, floats(data[i] as Float32Array, ...dims)]));
  const forward = new Graph('forward');
  forward.output('y', f(...declare(forward, operands)));
  const session = await openSession(forward, { device: 'cpu', folder: process.cwd() });
  const { y } = await session.run(feeds, ['y']);
  const weights = sample(random(seed), y.dims);
  const objective = async (): Promise<number> => {
    const { data } = (await session.run(feeds, ['y'])).y;
    return data.reduce((sum, v, i) => sum + v * (weights[i] as number), 0);
  };
  const exact = await byAutodiff(f, operands, feeds, floats(weights, ...y.dims));
  const numeric: Float64Array[] = [];
  for (const values of data) numeric.push(await differences(values, objective));
  await session.release();
  return { exact, numeric };
}

async function byAutodiff(
  f: (...operands: Value[]) => Value,
  operands: readonly Operand[],
  feeds: Record<string, Tensor>,
  weights: Tensor<Float32Array>,
): Promise<Float32Array[]> {
  const g = new Graph('backward');
  const inputs = declare(g, operands);
  const gradient = g.input(
    'gradient',
    'float32',
    weights.dims.map((_, i) => `gradient${i}`),
  );
  gradients([{ value: f(...inputs), gradient }], inputs).forEach((d, i) => g.output(`d${i}`, d));
  const session = await openSession(g, { device: 'cpu', folder: process.cwd() });
  const names = operands.map((_, i) => `d${i}`);
  const results = await session.run({ ...feeds, gradient: weights }, names);
  await session.release();
  return names.map((name) => (results[name] as Tensor<Float32Array>).data);
}

const declare = (g: Graph, operands: readonly Operand[]): Value[] =>
  operands.map(({ dims, names }, i) => g.input(`x${i}`, 'float32', names ?? dims));

async function differences(values: Float32Array, objective: () => Promise<number>): Promise<Float64Array> {
  const result = new Float64Array(values.length);
  for (const [i, x] of values.entries()) {
    const [near, far] = [STEP, 2 * STEP];
    const at = async (offset: number): Promise<number> => {
      values[i] = x + offset;
      return objective();
    };
    result[i] = (8 * ((await at(near)) - (await at(-near))) - ((await at(far)) - (await at(-far)))) / (12 * STEP);
    values[i] = x;
  }
  return result;
}

/** The largest difference, in units of the largest numeric gradient of the operand (or of 1, where that is smaller). */
export function worstError({ exact, numeric }: GradientCheck): number {
  const errors = exact.map((values, i) => {
    const reference = numeric[i] as Float64Array;
    if (values.length !== reference.length) return Infinity;
    const unit = Math.max(1, ...reference.map(Math.abs));
    return Math.max(0, ...Array.from(values, (v, j) => Math.abs(v - (reference[j] as number)) / unit));
  });
  return Math.max(...errors.map((e) => (Number.isNaN(e) ? Infinity : e)));
}
