import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { floats } from '@patchbay/runtime';
import { Random, openTask } from '@patchbay/tasks';
import { openModel } from '@patchbay/transformer';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { discover } from '../discover.js';
import { Experiments } from '../experiments.js';
import type { ExperimentSpec } from '../experiment.js';
import { Coder } from './sae/code.js';
import { startTraining, train } from './sae/train.js';
import { nodeScores, scoresUnder } from './scores/node-scores.js';
import { shuffledLabels, standingOf } from './scores/null-distribution.js';

/** Scope: the method as a whole: what it finds, what it says of itself, its units. Numbers: `sae/` and `scores/`. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-head-codes-'));
afterAll(() => rmSync(home, { recursive: true }));

const spec = (params: Record<string, unknown>, { task = 'tinytasks/ioi', pairs = 40 } = {}): ExperimentSpec => ({
  request: runRequestSchema.parse({ model: 'tinytasks', task, method: 'head-codes', params, pairs }),
  modelSource: 'tinytasks',
});
const run = (...args: Parameters<typeof spec>): Promise<Result> => discover(spec(...args), { home });
const hooks = { onProgress: () => undefined, checkpoint: undefined, save: () => Promise.resolve() };
const column = (result: Result, table: string, name: string) => {
  const { columns, rows } = result.tables[table] ?? { columns: [], rows: [] };
  return rows.map((row) => row[columns.indexOf(name)]);
};

it('a head whose output has a direction of its own on positive prompts only ranks first, by score and by z', async () => {
  const [prompts, heads, width, features, planted] = [80, 10, 24, 60, 6];
  const random = new Random(11);
  const gauss = (): number => Array.from({ length: 6 }, () => random.next() / 2 ** 32 - 0.5).reduce((a, b) => a + b, 0);
  const vector = (scale: number): number[] => Array.from({ length: width }, () => scale * gauss());
  const [means, own] = [Array.from({ length: heads }, () => vector(2)), Array.from({ length: 20 }, () => vector(3))];
  const positive = Uint8Array.from({ length: prompts }, (_, i) => (i < prompts / 2 ? 1 : 0));
  const vectors = Array.from({ length: prompts }, (_, prompt) =>
    means.map((mean, head) => {
      const extra = head === planted && positive[prompt] === 1 ? random.pick(own) : vector(0);
      const noise = vector(0.2);
      return mean.map((value, i) => value + (extra[i] ?? 0) + (noise[i] ?? 0));
    }),
  );
  const on = { device: 'cpu' as const, folder: process.cwd() };
  const shape = { width, features, decoderNorm: 'row' as const };
  const rows = random.sample(vectors, 20).flat();
  const { autoencoder } = await train(
    floats(Float32Array.from(rows.flat()), rows.length, width),
    {
      ...{ ...shape, lambda: 0.02, learningRate: 1e-2, steps: 300, from: startTraining(shape, 0) },
      onChunk: () => Promise.resolve(),
    },
    on,
  );
  const coder = await Coder.open(autoencoder, on);
  const all = floats(Float32Array.from(vectors.flat(2)), prompts * heads, width);
  const codes = { heads, positive, codes: (await coder.code(all, autoencoder)).codes };
  await coder.release();
  const scores = nodeScores(codes).map(({ unique }) => unique);
  const shuffled = scoresUnder(codes, shuffledLabels(positive, 200, 0));
  const z = scores.map(
    (score, head) =>
      standingOf(
        score,
        shuffled.map((under) => under[head] ?? NaN),
      ).z,
  );
  expect(scores.indexOf(Math.max(...scores))).toBe(planted);
  expect(z.indexOf(Math.max(...z))).toBe(planted);
  expect(z[planted]).toBeGreaterThan(3);
});

describe('a run', () => {
  it('scores every head and every pair of heads of different layers, and says how far to trust them', async () => {
    const result = await run({ epochs: 100, seeds: 2 });
    expect(Object.keys(result.nodes)).toHaveLength(12);
    expect(Object.keys(result.edges)).toHaveLength(48);
    expect(result.edges).toHaveProperty('a0.h0->a1.h0');
    // the model can do the task on positive prompts and has no answer on negative ones
    expect(result.baseline.clean).toBeGreaterThan(5);
    expect(Math.abs(result.baseline.corrupted)).toBeLessThan(1.5);

    expect(column(result, 'heads', 'score')).toEqual(Object.values(result.nodes));
    const readings = column(result, 'heads', 'reading');
    column(result, 'heads', 'z').forEach((z, i) => {
      if (readings[i] === 'above shuffled labels') expect(z).toBeGreaterThanOrEqual(2);
      if (readings[i] === 'lexical variety alone') expect(z).toBeLessThan(2);
    });
    expect(column(result, 'heads', 'probability').reduce<number>((sum, p) => sum + Number(p), 0)).toBeCloseTo(1, 10);
    expect(column(result, 'heads', 'deviation over seeds').some((deviation) => Number(deviation) > 0)).toBe(true);
    expect(column(result, 'edges', 'z')).toHaveLength(48);
    expect(column(result, 'training', 'seed')).toContain(1);
    const losses = column(result, 'training', 'loss').map(Number);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? NaN));
    expect(column(result, 'codes', 'examples').every((text) => String(text).startsWith('<bos> '))).toBe(true);
    expect(String(column(result, 'codes', 'tokens')[0])).toMatch(/^"/);
  });

  it('says where one class has more different words than the other', async () => {
    const tokens = (result: Result): number[] => {
      const rows = result.tables.summary?.rows ?? [];
      return rows.flatMap(([what, value]) => (String(what).startsWith('different tokens') ? [Number(value)] : []));
    };
    const [varied = NaN, constant = NaN] = tokens(
      await run({ epochs: 5 }, { task: 'tinytasks/greater-than', pairs: 60 }),
    );
    expect(varied).toBeGreaterThan(1.3 * constant);
    const [positive = NaN, negative = NaN] = tokens(await run({ epochs: 5 }));
    expect(Math.abs(positive - negative)).toBeLessThan(0.1 * positive);
  });

  it('takes labels from the task: the same prompts in the same classes give the same scores', async () => {
    const { pairs } = await openTask('tinytasks/ioi', {
      model: await openModel('tinytasks', { home }),
      pairs: 40,
      seed: 0,
    });
    const path = join(home, 'labelled.jsonl');
    const line = (clean: readonly number[], label: string, i: number): string => {
      const pair = pairs[i];
      return JSON.stringify({
        ...{ clean: 'x', corrupted: 'y', answer: 'a', wrong: 'b', clean_ids: clean, corrupted_ids: pair?.corrupted },
        ...{ answer_id: pair?.answers, wrong_id: pair?.wrongs, label },
      });
    };
    const lines = pairs.flatMap(({ clean, negative = [] }, i) => [
      line(clean, 'positive', i),
      line(negative, 'negative', i),
    ]);
    writeFileSync(path, lines.join('\n'));
    const [paired, labelled] = [await run({ epochs: 50 }), await run({ epochs: 50 }, { task: path, pairs: 80 })];
    expect(labelled.nodes).toEqual(paired.nodes);
    expect(labelled.edges).toEqual(paired.edges);
    expect(labelled.baseline.clean).toBeCloseTo(paired.baseline.clean, 4);

    writeFileSync(path, lines.join('\n').replace('"positive"', '"yes"'));
    await expect(run({}, { task: path, pairs: 80 })).rejects.toThrow('Pair 1 has the label "yes"');
    writeFileSync(path, lines.filter((_, i) => i % 2 === 0).join('\n'));
    await expect(run({}, { task: path, pairs: 40 })).rejects.toThrow('40 are positive and 0 negative');
  });

  it('finds nothing in labels that were shuffled', async () => {
    const { pairs } = await openTask('tinytasks/ioi', { model: await openModel('tinytasks', { home }), seed: 0 });
    const random = new Random(4);
    const labels = random.sample([...Array<string>(64).fill('positive'), ...Array<string>(64).fill('negative')], 128);
    const lines = pairs.slice(0, 128).map(({ clean, corrupted, answers, wrongs }, i) =>
      JSON.stringify({
        ...{ clean: 'x', corrupted: 'y', answer: 'a', wrong: 'b', clean_ids: clean, corrupted_ids: corrupted },
        ...{ answer_id: answers, wrong_id: wrongs, label: labels[i] },
      }),
    );
    const path = join(home, 'shuffled.jsonl');
    writeFileSync(path, lines.join('\n'));
    const result = await run({ epochs: 100 }, { task: path, pairs: 128 });
    const z = column(result, 'heads', 'z').map(Number);
    expect(Math.abs(z.reduce((a, b) => a + b, 0) / z.length)).toBeLessThan(1);
    expect(
      column(result, 'heads', 'reading').filter((reading) => reading === 'above shuffled labels').length,
    ).toBeLessThan(3);
  });

  it('last position, row or feature, per layer, normalised: each changes what it should', async () => {
    const plain = await run({ epochs: 50 });
    expect((await run({ epochs: 50, positions: 'last' })).nodes).not.toEqual(plain.nodes);
    const layered = await run({ epochs: 50, softmax: 'layer' });
    const probabilities = column(layered, 'heads', 'probability').map(Number);
    expect(probabilities.slice(0, 4).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    const normalised = await run({ epochs: 50, normalise: true });
    const union = column(plain, 'heads', 'codes').map(Number);
    Object.values(plain.nodes).forEach((score, i) => {
      expect(Object.values(normalised.nodes)[i]).toBeCloseTo(score / (union[i] ?? NaN), 12);
    });
    expect(column(normalised, 'heads', 'z')).toEqual(column(plain, 'heads', 'z'));
  });
});

it('refuses examples that would not fit in memory', async () => {
  const experiments = new Experiments({ home, memoryBytes: 2 ** 30 });
  const started = (examples: number) => experiments.start(spec({ examples, features: 16384 }, { pairs: 256 }));
  expect((await started(1)).units).toHaveLength(1);
  await expect(started(500)).rejects.toMatchObject({
    kind: 'out-of-memory',
    action: expect.stringContaining('fewer examples'),
  });
});

it('a killed training goes on from its checkpoint in another process, to the same result', async () => {
  const request = spec({ epochs: 120 });
  const first = new Experiments({ home });
  const { units } = await first.start(request);
  expect(units).toEqual([{ kind: 'train', seed: 0 }]);
  const whole = await first.unit(request, units[0], hooks);
  // every look at the clock finds ten seconds gone, so that every chunk is saved
  let clock = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10_000));
  const saved: unknown[] = [];
  const save = (state: unknown): Promise<void> => {
    saved.push(structuredClone(state));
    return saved.length === 2 ? Promise.reject(new Error('killed')) : Promise.resolve();
  };
  await expect(first.unit(request, units[0], { ...hooks, save })).rejects.toThrow('killed');
  now.mockRestore();
  await first.close();
  const second = new Experiments({ home });
  expect(saved[1]).toMatchObject({ steps: 50 });
  expect(await second.unit(request, units[0], { ...hooks, checkpoint: saved[1] })).toEqual(whole);
  await second.close();
});
