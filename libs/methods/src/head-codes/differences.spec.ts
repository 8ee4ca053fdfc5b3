import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { floats } from '@patchbay/runtime';
import { type Pair, Random } from '@patchbay/tasks';
import { openModel } from '@patchbay/transformer';
import { afterAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { plentyOfMemory } from '../testing/plenty-of-memory.js';
import { DIFFERENCES, labelledPrompts } from './classes.js';
import { addChanges, assertPaired, bothWays, joinChanges, noChanges, scaled, unscaled } from './differences.js';
import { paramsSchema } from './params.js';
import { costOfHeadCodes, mostAtOnce } from './plan-units.js';
import { Coder } from './sae/code.js';
import { readAutoencoder } from './sae/file.js';
import { startTraining, train } from './sae/train.js';
import { nodeScores } from './scores/node-scores.js';
import { strengthScores } from './scores/strength.js';

/**
 * Scope: codes of what a head changes within a pair: a planted head that the published score misses, the arithmetic, and
 * a whole run on tinytasks.
 */

const on = { device: 'cpu' as const, folder: process.cwd() };
const [pairs, heads, width, features, examples] = [60, 6, 16, 48, 10];
const PLANTED = 4;

/**
 * Outputs [2 · pairs, heads, width], clean prompts first. Every head but the planted one is loud and follows the words of
 * its pair, a little differently on the two prompts; the planted one is quiet and has a direction on clean prompts only.
 */
function plantedOutputs(): Float32Array {
  const random = new Random(11);
  const uniform = (): number => random.next() / 2 ** 31 - 1;
  const data = new Float32Array(2 * pairs * heads * width);
  for (let pair = 0; pair < pairs; pair++) {
    for (let head = 0; head < heads; head++) {
      for (let k = 0; k < width; k++) {
        const words = head === PLANTED ? 0 : 3 * uniform();
        for (const side of [0, 1]) {
          const task = head === PLANTED && side === 0 && k === 2 ? 0.3 : 0;
          const at = ((side * pairs + pair) * heads + head) * width + k;
          data[at] = words + task + 0.01 * uniform();
        }
      }
    }
  }
  return data;
}

/** Trains on some rows of a set of vectors and codes them all. */
async function trainAndCode(data: Float32Array, rows: readonly number[], differences: boolean) {
  const size = heads * width;
  const taken = Float32Array.from(rows.flatMap((row) => [...data.subarray(row * size, (row + 1) * size)]));
  const outputs = floats(taken, rows.length * heads, width);
  const { vectors, scale } = differences ? scaled(outputs) : { vectors: outputs, scale: 1 };
  const shape = { width, features, decoderNorm: 'row' as const };
  const options = { ...shape, lambda: 0.02, learningRate: 1e-3, steps: 300, onChunk: () => Promise.resolve() };
  const trained = unscaled(await train(vectors, { ...options, from: startTraining(shape, 1) }, on), scale);
  const coder = await Coder.open(shape, on);
  const coded = await coder.code(floats(data, data.length / width, width), trained.autoencoder);
  await coder.release();
  return coded;
}

const rankOf = (scores: readonly number[]): number =>
  scores.filter((score, head) => head !== PLANTED && score >= (scores[PLANTED] ?? NaN)).length + 1;

describe('a quiet head that does the task among loud ones that follow the words', () => {
  const outputs = plantedOutputs();
  const positive = Uint8Array.from({ length: 2 * pairs }, (_, row) => (row < pairs ? 1 : 0));
  const rows = Array.from({ length: examples }, (_, i) => i * 5);

  it('comes last by the published score, which counts codes', async () => {
    const { codes } = await trainAndCode(
      outputs,
      rows.flatMap((row) => [row, row + pairs]),
      false,
    );
    const scores = nodeScores({ heads, codes, positive }).map(({ unique }) => unique);
    expect(rankOf(scores)).toBeGreaterThan(heads / 2);
  });

  it('comes first by the strength of the codes of differences, far ahead and in one direction', async () => {
    const { data } = bothWays(floats(outputs, 2 * pairs * heads, width));
    const { strengths } = await trainAndCode(data, rows, true);
    const scores = strengthScores({ heads, values: strengths }, 200, 1);
    const others = scores.filter((_, head) => head !== PLANTED).map(({ strength }) => strength);
    expect(scores[PLANTED]?.strength).toBeGreaterThan(3 * Math.max(...others));
    expect(scores[PLANTED]?.z).toBeGreaterThan(2);
    expect(scores[PLANTED]?.asHigh).toBe(0);
  });
});

describe('the arithmetic', () => {
  it('takes differences both ways', () => {
    const { data, dims } = bothWays(floats(Float32Array.of(5, 1, 2, 7, 1, 4, 3, 9), 2, 2, 2));
    expect(dims).toEqual([2, 2, 2]);
    expect([...data]).toEqual([4, -3, -1, -2, -4, 3, 1, 2]);
  });

  it('adds up changes of clean prompts alone, by head', () => {
    const changes = noChanges(3, 2);
    addChanges(changes, 1, bothWays(floats(Float32Array.of(3, 4, 0, 1, 0, 0, 0, 0), 2, 2, 2)));
    const more = noChanges(3, 2);
    addChanges(more, 1, bothWays(floats(Float32Array.of(-3, -4, 0, 1, 0, 0, 0, 0), 2, 2, 2)));
    joinChanges(changes, more);
    expect([...changes.sums]).toEqual([0, 0, 0, 0, 0, 2]);
    expect([...changes.lengths]).toEqual([0, 10, 2]);
  });

  it('gives the same codes of vectors as of their scaled copies, and strengths that differ by the scale', async () => {
    const random = new Random(3);
    const vectors = floats(
      Float32Array.from({ length: 20 * width }, () => (random.next() / 2 ** 31 - 1) / 50),
      20,
      width,
    );
    const small = scaled(vectors);
    const meanSquare = small.vectors.data.reduce((sum, v) => sum + v * v, 0) / small.vectors.data.length;
    expect(meanSquare).toBeCloseTo(1, 5);
    const shape = { width, features, decoderNorm: 'row' as const };
    const trained = await train(
      small.vectors,
      {
        ...shape,
        lambda: 0.01,
        learningRate: 1e-2,
        steps: 30,
        from: startTraining(shape, 4),
        onChunk: () => Promise.resolve(),
      },
      on,
    );
    const coder = await Coder.open(shape, on);
    const ofScaled = await coder.code(small.vectors, trained.autoencoder);
    const ofItself = await coder.code(vectors, unscaled(trained, small.scale).autoencoder);
    await coder.release();
    expect([...ofItself.codes]).toEqual([...ofScaled.codes]);
    ofItself.strengths.forEach((strength, i) =>
      expect(strength).toBeCloseTo(small.scale * (ofScaled.strengths[i] ?? NaN), 5),
    );
    expect(Math.max(...ofScaled.strengths)).toBeGreaterThan(0);
  });

  it('refuses examples on which nothing changes, and prompts that are labelled one by one', () => {
    expect(() => scaled(floats(new Float32Array(8), 2, 4))).toThrow(/No head gives another output/);
    const pair: Pair = { clean: [1], corrupted: [2], answers: [3], wrongs: [4] };
    expect(() => assertPaired([pair])).not.toThrow();
    expect(() => assertPaired([pair, { ...pair, label: 'positive' }])).toThrow(/not pairs/);
  });
});

it('differences are from the prompt that is asked for, and from the corrupted one where there is no negative', () => {
  const pair: Pair = { clean: [1], corrupted: [2], negative: [3], answers: [], wrongs: [] };
  const { negative: _, ...without } = pair;
  const others = (one: Pair): (number | undefined)[] =>
    DIFFERENCES.map((differences) => labelledPrompts([one], { differences })[1]?.tokens[0]);
  expect(DIFFERENCES).toEqual(['none', 'corrupted', 'negative']);
  expect(others(pair)).toEqual([3, 2, 3]);
  expect(others(without)).toEqual([2, 2, 2]);
});

it('both prompts of a pair are in memory at once, which takes no more passes', async () => {
  const { architecture } = await openModel('tinytasks', { home: tmpdir() });
  const pair: Pair = { clean: [1, 2], corrupted: [2, 2], answers: [3], wrongs: [4] };
  const context = (differences: string) => ({
    ...{ ...plentyOfMemory, architecture, seed: 0, pairs: Array.from({ length: 64 }, () => pair) },
    params: paramsSchema.parse({ differences }),
  });
  const [single, both] = [context('none'), context('corrupted')];
  expect(mostAtOnce(both)(2)).toBe(mostAtOnce(single)(2) / 2);
  expect(costOfHeadCodes(both).flops).toBe(costOfHeadCodes(single).flops);
  expect(costOfHeadCodes(both).bytes).toBeGreaterThan(costOfHeadCodes(single).bytes);
});

describe('strengths', () => {
  // two pairs, two heads: [clean − other of both pairs, other − clean of both]
  const values = Float32Array.of(3, 1, 5, 2, 1, 1, 1, 2);
  const [first, second] = strengthScores({ heads: 2, values }, 400, 7);

  it('are means over pairs', () => {
    expect(first?.strength).toBe(4);
    expect(second?.strength).toBe(1.5);
  });

  it('stand against all exchanges of prompts within pairs: means 4, 3, 2 and 1, alike often', () => {
    expect(Math.abs((first?.mean ?? NaN) - 2.5)).toBeLessThan(0.15);
    expect(Math.abs((first?.asHigh ?? NaN) - 1 / 4)).toBeLessThan(0.07);
    expect(first?.z).toBeGreaterThan(1);
  });

  it('have z = 0 where exchanging changes nothing', () => {
    expect(second).toMatchObject({ mean: 1.5, deviation: 0, z: 0, asHigh: 1 });
  });
});

describe('a run on tinytasks, greater-than', () => {
  const home = mkdtempSync(join(tmpdir(), 'patchbay-head-codes-differences-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const files = new Map<string, Uint8Array>();
  const run = (params: Record<string, unknown>): Promise<Result> => {
    const request = { model: 'tinytasks', task: 'tinytasks/greater-than', method: 'head-codes', pairs: 64, params };
    const onArtifact = (file: string, { bytes }: { bytes: Uint8Array }): Promise<void> => {
      files.set(file, bytes);
      return Promise.resolve();
    };
    return discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home, onArtifact });
  };

  it('scores heads by strength, reports seeds and plain changes, and repeats to the bit', async () => {
    const result = await run({ differences: 'corrupted', seeds: 2 });
    const { changes, seeds, heads: table } = result.tables;
    expect(Object.keys(result.nodes)).toHaveLength(12);
    expect(seeds?.rows).toHaveLength(2 * 12);
    expect(table?.rows.map((row) => row.at(-1))).not.toContain('lexical variety alone');
    // A code is no longer than what it codes, but for the encoder's overlap and bias: both orders agree at the top.
    const lengths = new Map(changes?.rows.map(([head, , length]) => [String(head), Number(length)]));
    const top = (scores: [string, number][]): string[] =>
      scores.toSorted((a, b) => b[1] - a[1]).flatMap(([head], i) => (i < 4 ? [head] : []));
    const shared = top(Object.entries(result.nodes)).filter((head) => top([...lengths]).includes(head));
    expect(shared.length).toBeGreaterThanOrEqual(3);
    expect((await run({ differences: 'corrupted', seeds: 2 })).nodes).toEqual(result.nodes);
  });

  it('leaves autoencoders that do not pass for ones of single prompts', async () => {
    await run({ differences: 'corrupted' });
    const bytes = files.get('autoencoder-0.safetensors') ?? new Uint8Array(0);
    await expect(readAutoencoder(bytes, 'it')).rejects.toThrow(/between the two prompts of a pair/);
  });

  it('is not what happens by default', async () => {
    const { tables, nodes } = await run({});
    expect(tables['changes']).toBeUndefined();
    expect(Object.values(nodes).every(Number.isInteger)).toBe(true);
  });
});
