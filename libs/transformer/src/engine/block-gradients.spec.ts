import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Graph, type Value, gradients, zerosLike } from '@patchbay/onnx';
import { type Tensor, flag, flags, floats, integers, openSession } from '@patchbay/runtime';
import { describe, expect, it } from 'vitest';
import type { Architecture, Linear } from '../architecture.js';
import type { ModelFiles } from '../model-files.js';
import { fixture } from '../testing/fixtures.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { blockGraph } from './block-graph.js';
import { attentionBias, rotaryAngles } from './positions.js';

/** Scope: the engine's own block graphs, differentiated, against PyTorch's autograd in float64. */

const [BATCH, SEQ, WIDTH, HEADS, HEAD, HIDDEN] = [2, 5, 8, 2, 4, 12];
const folder = realpathSync(temporaryFolder());

interface Reference {
  gradients: Record<string, number[]>;
}

const common = {
  ...{ layers: 1, heads: HEADS, dModel: WIDTH, dHead: HEAD, dMlp: HIDDEN, vocabulary: 1, context: SEQ },
  ...{ embedding: '', unembedding: '', finalNorm: { weight: '' } },
};

const conv1d = (stem: string): Linear => ({ weight: `${stem}.weight`, bias: `${stem}.bias`, layout: 'in-out' });
const gpt2: Architecture = {
  ...{ ...common, family: 'gpt2', keyValueHeads: HEADS, activation: 'gelu-tanh', norm: { kind: 'layer', eps: 1e-5 } },
  positions: { kind: 'learned', table: '' },
  block: () => ({
    attentionNorm: { weight: 'norm1.weight', bias: 'norm1.bias' },
    qkv: { fused: conv1d('qkv') },
    output: conv1d('output'),
    mlpNorm: { weight: 'norm2.weight', bias: 'norm2.bias' },
    mlp: { up: conv1d('up'), down: conv1d('down') },
  }),
};
const gpt2Shapes = {
  ...{ 'norm1.weight': [WIDTH], 'norm1.bias': [WIDTH], 'qkv.weight': [WIDTH, 3 * WIDTH], 'qkv.bias': [3 * WIDTH] },
  ...{ 'output.weight': [WIDTH, WIDTH], 'output.bias': [WIDTH], 'norm2.weight': [WIDTH], 'norm2.bias': [WIDTH] },
  ...{ 'up.weight': [WIDTH, HIDDEN], 'up.bias': [HIDDEN], 'down.weight': [HIDDEN, WIDTH], 'down.bias': [WIDTH] },
};

const linear = (stem: string): Linear => ({ weight: `${stem}.weight`, layout: 'out-in' });
const llama: Architecture = {
  ...{ ...common, family: 'llama', keyValueHeads: 1, activation: 'silu', norm: { kind: 'rms', eps: 1e-5 } },
  positions: { kind: 'rotary', inverseFrequencies: [1, 0.1] },
  block: () => ({
    attentionNorm: { weight: 'norm1.weight' },
    qkv: { q: linear('q'), k: linear('k'), v: linear('v') },
    output: linear('output'),
    mlpNorm: { weight: 'norm2.weight' },
    mlp: { gate: linear('gate'), up: linear('up'), down: linear('down') },
  }),
};
const llamaShapes = {
  ...{ 'norm1.weight': [WIDTH], 'q.weight': [WIDTH, WIDTH], 'k.weight': [HEAD, WIDTH], 'v.weight': [HEAD, WIDTH] },
  ...{ 'output.weight': [WIDTH, WIDTH], 'norm2.weight': [WIDTH], 'gate.weight': [HIDDEN, WIDTH] },
  ...{ 'up.weight': [HIDDEN, WIDTH], 'down.weight': [WIDTH, HIDDEN] },
};

/** The numbers that tests/fixtures/block-gradients/README.md describes. */
const numbers = (k: number, dims: readonly number[], factor: number, added = 0): Float32Array =>
  Float32Array.from(
    { length: dims.reduce((a, b) => a * b, 1) },
    (_, i) => added + factor * Math.sin(1.3 * i + 0.7 * k),
  );

/** Weights written one behind the other into a file of their own. */
function modelFiles(architecture: Architecture, shapes: Record<string, number[]>): ModelFiles {
  const path = join(folder, `${architecture.family}.bin`);
  let offset = 0;
  const weights = Object.entries(shapes).map(([name, shape], i) => {
    const values = numbers(i + 1, shape, 0.4, /norm.\.weight/.test(name) ? 1 : 0);
    const location = { path, offset, bytes: values.byteLength, shape };
    offset += values.byteLength;
    return { name, values, location };
  });
  writeFileSync(path, Buffer.concat(weights.map(({ values }) => new Uint8Array(values.buffer))));
  const tensors = new Map(weights.map(({ name, location }) => [name, location]));
  return { architecture, tensors } as unknown as ModelFiles;
}

function feeds(architecture: Architecture): Record<string, Tensor> {
  const { keyValueHeads } = architecture;
  const none = floats(new Float32Array(0), 1, 0, keyValueHeads, HEAD);
  const no = { given: floats(new Float32Array(1), 1, 1, 1), mask: flags(new Uint8Array(1), 1, 1, 1) };
  return {
    resid: floats(numbers(0, [BATCH, SEQ, WIDTH], 1.2), BATCH, SEQ, WIDTH),
    keepFrom: integers([0], 1),
    ...{ pastKeys: none, pastValues: none, prefix: integers([0, 0], BATCH) },
    ...rotaryAngles(architecture, 0, 0, SEQ),
    bias: attentionBias(architecture, 0, { group: HEADS / keyValueHeads, start: 0, seq: SEQ, keepFrom: 0 }),
    ...{ attend: flag(true), project: flag(true) },
    ...{ zGiven: floats(new Float32Array(1), 1, 1, 1, 1), zMask: flags(new Uint8Array(1), 1, 1, 1, 1) },
    ...{ zReplaced: flag(false), attnOutReplaced: flag(false), mlpOutReplaced: flag(false) },
    ...{ attnOutGiven: no.given, attnOutMask: no.mask, mlpOutGiven: no.given, mlpOutMask: no.mask },
    seed: floats(numbers(100, [BATCH, SEQ, WIDTH], 1), BATCH, SEQ, WIDTH),
  };
}

/** Appends d(Σ seed · residPost)/d(everything named). */
function backward(g: Graph, names: readonly string[]): Value[] {
  const known = [...g.inputs, ...g.initializers].map(({ value }) => value);
  const wrt = names.map((name) => known.find((value) => value.name === name) as Value);
  const residPost = g.outputs.find(({ name }) => name === 'residPost')?.value as Value;
  const seed = known.find(({ name }) => name === 'seed') as Value;
  return gradients([{ value: residPost, gradient: seed }], wrt);
}

const byNoGradient = (g: Graph, names: readonly string[]): Value[] =>
  names.map((name) =>
    zerosLike([...g.inputs, ...g.initializers].find(({ value }) => value.name === name)?.value as Value),
  );

const worst = (actual: ArrayLike<number>, expected: readonly number[]): number => {
  const unit = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((v, i) => Math.abs(v - (actual[i] ?? NaN)))) / unit;
};

describe.each([
  ['GPT-2', gpt2, gpt2Shapes],
  ['Llama with grouped keys', llama, llamaShapes],
] as const)('the gradient of a block: %s', (_, architecture, shapes) => {
  const reference = JSON.parse(fixture(`block-gradients/${architecture.family}.json`)) as Reference;
  const names = ['resid', ...Object.keys(shapes)];

  const run = async (build: (g: Graph) => Value[], more: Record<string, Tensor> = {}) => {
    const g = blockGraph(modelFiles(architecture, shapes), 0);
    g.input('seed', 'float32', ['batch', 'queries', WIDTH]);
    build(g).forEach((d, i) => g.output(`d ${names[i] ?? ''}`, d));
    const session = await openSession(g, { device: 'cpu', folder });
    const results = await session.run(
      { ...feeds(architecture), ...more },
      names.map((name) => `d ${name}`),
    );
    await session.release();
    return results;
  };

  it('is that of PyTorch, through attention that a condition computes', async () => {
    const results = await run((g) => backward(g, names));
    for (const name of names) {
      expect(worst(results[`d ${name}`]?.data ?? [], reference.gradients[name] ?? []), name).toBeLessThan(3e-6);
    }
  });

  it('is the same where a branch of its own computes it', async () => {
    const build = (g: Graph): Value[] =>
      g.choose(
        g.input('differentiate', 'bool', []),
        () => backward(g, names),
        () => byNoGradient(g, names),
      );
    const results = await run(build, { differentiate: flag(true) });
    for (const name of names) {
      expect(worst(results[`d ${name}`]?.data ?? [], reference.gradients[name] ?? []), name).toBeLessThan(3e-6);
    }
  });

  it('does not reach what a given z stands for', async () => {
    const given = floats(numbers(7, [BATCH, SEQ, HEADS, HEAD], 1), BATCH, SEQ, HEADS, HEAD);
    const results = await run((g) => backward(g, names), { attend: flag(false), zGiven: given });
    const attention = names.filter((name) => /norm1|^q|^k|^v/.test(name));
    expect(attention.length).toBeGreaterThan(3);
    for (const name of attention) {
      expect(
        results[`d ${name}`]?.data.every((v) => v === 0),
        name,
      ).toBe(true);
    }
    expect(results['d output.weight']?.data.some((v) => v !== 0)).toBe(true);
  });
});
