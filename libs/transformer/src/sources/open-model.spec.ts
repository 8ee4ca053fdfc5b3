import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixture, readRepositoryFile, testHome } from '../testing/fixtures.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { tinyLlama } from '../testing/tiny-llama-gguf.js';
import { writeTinyGpt2 } from '../testing/tiny-gpt2.js';
import { describeModel } from './describe-model.js';
import { fetchSmollm2 } from './fetch-smollm2.js';
import { openModel } from './open-model.js';

const pairs = z.array(
  z.object({
    ...{ clean: z.string(), corrupted: z.string() },
    ...{ clean_ids: z.array(z.int()), corrupted_ids: z.array(z.int()) },
    ...{ answer: z.string(), answer_id: z.int() },
  }),
);
const readPairs = (jsonl: string) =>
  pairs.parse(
    jsonl
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );

describe('openModel', () => {
  const home = temporaryFolder();

  it.each(['ioi', 'greater-than', 'docstring', 'induction'])('gives tinytasks the ids of its %s data', async (task) => {
    const { tokenizer } = await openModel('tinytasks', { home });
    for (const pair of readPairs(readRepositoryFile(`libs/tasks/data/tinytasks/${task}.jsonl`))) {
      expect(tokenizer.encode(pair.clean)).toEqual(pair.clean_ids);
      expect(tokenizer.encode(pair.corrupted)).toEqual(pair.corrupted_ids);
      expect(tokenizer.decode(pair.clean_ids)).toBe(pair.clean);
    }
  });

  it('describes tinytasks', async () => {
    const model = await openModel('tinytasks', { home });
    expect(model.promptPrefix).toBe('<bos> ');
    expect(model.tokenizer).toMatchObject({ unknown: 1, spaceless: true, vocabulary: 413 });
    expect(describeModel(model)).toEqual({
      ...{ name: 'tinytasks', source: 'builtin', family: 'gpt2', layers: 3, heads: 4, keyValueHeads: 4 },
      ...{ dModel: 64, dHead: 16, vocabulary: 413, context: 64 },
      parameters: 413 * 64 + 64 * 64 + 3 * (64 * 192 + 192 + 64 * 64 + 64 + 2 * 64 * 192 + 192 + 64 + 4 * 64) + 2 * 64,
      sha256: '00bb02c682bf32d27162ce65f83823c3eac7e9d831e3f081175508fca2165627',
    });
  });

  it('gives SmolLM2 the ids of the reference, every digit a token of its own and no BOS', async () => {
    await fetchSmollm2({ home: testHome });
    const model = await openModel('smollm2', { home: testHome });
    for (const pair of readPairs(fixture('smollm2/ioi_pairs.jsonl'))) {
      expect(model.tokenizer.encode(pair.clean)).toEqual(pair.clean_ids);
      expect(model.tokenizer.encode(pair.corrupted)).toEqual(pair.corrupted_ids);
      expect(model.tokenizer.encode(pair.answer)).toEqual([pair.answer_id]);
      expect(model.tokenizer.decode(pair.clean_ids)).toBe(pair.clean);
    }
    expect(model.tokenizer.encode('1745')).toHaveLength(4);
    expect(describeModel(model)).toMatchObject({ layers: 30, heads: 9, keyValueHeads: 3, parameters: 134_515_008 });
  }, 300_000);

  it('finds folders and GGUF files of home/models by name', async () => {
    const own = join(home, 'own');
    writeTinyGpt2(join(own, 'models', 'mine'));
    mkdirSync(join(own, 'models', 'wrapped'));
    writeFileSync(join(own, 'models', 'wrapped', 'some-file.gguf'), tinyLlama);
    writeFileSync(join(own, 'models', 'wrapped', 'patchbay.json'), '{"promptPrefix":"x"}');
    writeFileSync(join(own, 'models', 'single.gguf'), tinyLlama);
    const open = (name: string) => openModel(name, { home: own });
    expect((await open('mine')).architecture.family).toBe('gpt2');
    expect(await open('wrapped')).toMatchObject({ name: 'wrapped', promptPrefix: 'x' });
    expect((await open('single')).architecture.family).toBe('llama');
    expect((await open('single.gguf')).source).toMatch(/single\.gguf$/);
    writeFileSync(join(own, 'models', 'wrapped', 'second.gguf'), tinyLlama);
    await expect(open('wrapped')).rejects.toThrow(/several GGUF files/);
  });

  it.each(['gpt-5', '/nowhere/at/all', 'package.json'])('says what forms it takes instead of %j', async (name) => {
    await expect(openModel(name, { home })).rejects.toMatchObject({
      kind: 'not-found',
      action: expect.stringMatching(/tinytasks.*a folder, a \.gguf file, hf:org\/name/),
    });
  });
});
