import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { type Pair, openTask } from '@patchbay/tasks';
import { encodeSafetensors, openModel } from '@patchbay/transformer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { Experiments } from '../experiments.js';
import { nodeScores } from './scores/node-scores.js';

/** Scope: a trained autoencoder as a file, and prompts that are coded with it afterwards. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-code-prompts-'));
const experiments = new Experiments({ home });
afterAll(async () => {
  await experiments.close();
  rmSync(home, { recursive: true });
});

const name = 'autoencoder-0.safetensors';
const files = new Map<string, Uint8Array>();
let result: Result;
let pairs: readonly Pair[];
beforeAll(async () => {
  const params = { epochs: 60, features: 40, seeds: 2, positions: 'last' };
  const request = runRequestSchema.parse({
    ...{ model: 'tinytasks', task: 'tinytasks/ioi', method: 'head-codes', params, pairs: 30 },
  });
  const onArtifact = (file: string, { bytes }: { bytes: Uint8Array }): Promise<void> => {
    files.set(file, bytes);
    return Promise.resolve();
  };
  result = await discover({ request, modelSource: 'tinytasks' }, { home, onArtifact });
  ({ pairs } = await openTask('tinytasks/ioi', { model: await openModel('tinytasks', { home }), pairs: 30, seed: 0 }));
});

const lines = (prompts: readonly (readonly number[] | undefined)[]): string =>
  prompts.map((clean_ids) => JSON.stringify({ clean: 'x', clean_ids })).join('\n');
const code = (prompts: string, bytes = files.get(name) ?? new Uint8Array(0), model = 'tinytasks') =>
  experiments.code({ model, device: 'cpu', autoencoder: { name, bytes }, prompts });

it('gives the codes that the run scored, seed by seed', async () => {
  expect([...files.keys()]).toEqual([name, 'autoencoder-1.safetensors']);
  const prompts = lines([...pairs.map(({ clean }) => clean), ...pairs.map(({ negative }) => negative)]);
  const scores = await Promise.all(
    [...files.values()].map(async (bytes) => {
      const { heads, prompts: coded } = await code(prompts, bytes);
      expect(heads).toEqual(Object.keys(result.nodes));
      const codes = coded.flatMap((prompt) => prompt.codes.map((one) => one ?? 0));
      const positive = Uint8Array.from(coded, (_, i) => (i < pairs.length ? 1 : 0));
      return nodeScores({ heads: heads.length, codes, positive }).map(({ unique }) => unique);
    }),
  );
  const means = scores[0]?.map((score, head) => (score + (scores[1]?.[head] ?? NaN)) / 2);
  expect(means).toEqual(Object.values(result.nodes));
});

it('codes text of any length, in the order of the file', async () => {
  const texts = ['<bos> Tom gave a ball to', '<bos> The war lasted from the year 11', '<bos> Tom gave a ball to'];
  const { prompts } = await code(texts.map((clean) => JSON.stringify({ clean })).join('\n\n'));
  expect(prompts.map(({ text }) => text)).toEqual(texts);
  expect(prompts[2]).toEqual(prompts[0]);
  expect(prompts[1]?.codes).not.toEqual(prompts[0]?.codes);
  expect(prompts[1]?.codes).toHaveLength(12);
});

it('refuses what does not go together, and says what to do', async () => {
  const good = lines([[0, 1, 2]]);
  const refused = (...args: Parameters<typeof code>): Promise<unknown> =>
    code(...args).then(
      () => 'taken',
      (error: unknown) => (error as Error).message,
    );
  expect(await refused(good, Uint8Array.of(1, 2, 3))).toMatch(/ends before/);
  const vector = { shape: [2], data: new Float32Array(2) };
  expect(await refused(good, encodeSafetensors({ encoder: vector }, {}))).toMatch(/no autoencoder of head outputs/);
  const tensors = {
    ...{ encoder: { shape: [3, 2], data: new Float32Array(6) }, decoder: { shape: [3, 2], data: new Float32Array(6) } },
    ...{ shift: vector, bias: { shape: [3], data: new Float32Array(3) } },
  };
  expect(await refused(good, encodeSafetensors(tensors, {}))).toMatch(/does not say whether it codes the mean/);
  expect(await refused(good, encodeSafetensors(tensors, { positions: 'mean' }))).toMatch(/of 2 values; tinytasks has/);
  const ofPairs = encodeSafetensors(tensors, { positions: 'mean', differences: 'corrupted' });
  expect(await refused(good, ofPairs)).toMatch(/between the two prompts of a pair/);
  expect(await refused('')).toMatch(/empty/);
  expect(await refused('{"clean":1}')).toMatch(/^Line 1: "clean" is missing/);
  expect(await refused('{"clean":"<bos> Tom"}\n{')).toMatch(/^Line 2: not valid JSON/);
  expect(await refused(lines([[0, 9999]]))).toMatch(/outside the vocabulary of 413/);
});
