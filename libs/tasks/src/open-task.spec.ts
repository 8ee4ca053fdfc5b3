import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModel, type ModelFiles } from '@patchbay/transformer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledSets, readBundled } from './bundled.js';
import { parseJsonl } from './jsonl/parse-jsonl.js';
import { listTasks } from './list-tasks.js';
import { openTask } from './open-task.js';
import { digitsByTwo, pieceTokenizer, toyModel } from './testing/toy-models.js';

let home: string;
let model: ModelFiles;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'patchbay-tasks-'));
  model = await openModel('tinytasks', { home });
});
afterAll(() => rm(home, { recursive: true, force: true }));

const jsonl =
  '{"clean": "<bos> cat dog", "corrupted": "<bos> bird dog", "answer": "fish", "wrong": ["tree", "leaf"]}\n' +
  '{"clean": "<bos> dog cat", "corrupted": "<bos> bird cat", "answer": "fish", "wrong": "tree"}\n';

describe('openTask with the built-in model', () => {
  it.each(['ioi', 'greater-than', 'docstring', 'induction'])('makes 64 pairs of %s', async (id) => {
    const task = await openTask(id, { model, seed: 0 });
    expect(task).toMatchObject({ name: id, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(task.pairs).toHaveLength(64);
    const prompts = task.pairs.map((pair) => model.tokenizer.decode(pair.clean));
    expect(prompts.every((prompt) => prompt.startsWith('<bos> '))).toBe(true);
    expect((await openTask(id, { model, seed: 0 })).sha256).toBe(task.sha256);
    expect((await openTask(id, { model, seed: 1 })).sha256).not.toBe(task.sha256);
  });

  it.each(bundledSets.filter(({ file }) => file.endsWith('.jsonl')))(
    'reads $name: as many pairs as listed, their text in the same ids',
    async (set) => {
      const task = await openTask(set.name, { model, seed: 0 });
      expect(task.pairs).toHaveLength(set.pairs);
      parseJsonl(await readBundled(set)).forEach(({ line }, index) => {
        expect(model.tokenizer.encode(line.clean)).toEqual(task.pairs[index]?.clean);
        expect(model.tokenizer.encode(line.corrupted)).toEqual(task.pairs[index]?.corrupted);
        expect([line.answer_id]).toEqual(task.pairs[index]?.answers);
      });
    },
  );

  it('takes the first N, and says how many there are where more are asked for', async () => {
    const all = await openTask('tinytasks/ioi', { model, seed: 0 });
    const some = await openTask('tinytasks/ioi', { model, seed: 9, pairs: 5 });
    expect(some.pairs).toEqual(all.pairs.slice(0, 5));
    await expect(openTask('tinytasks/ioi', { model, seed: 0, pairs: 257 })).rejects.toThrow('holds 256 pairs, and 257');
    await expect(openTask('ioi', { model, seed: 0, pairs: 0 })).rejects.toThrow('0 pairs cannot be taken');
  });

  it('reads a registered task from its text, also under the name of a generator', async () => {
    const task = await openTask('ioi', { model, seed: 0, jsonl });
    expect(task.pairs).toHaveLength(2);
    expect(model.tokenizer.decode(task.pairs[0]?.wrongs ?? [])).toBe('tree leaf');
  });

  it('reads a file, alike', async () => {
    const path = join(home, 'pets.jsonl');
    await writeFile(path, jsonl);
    const [fromFile, fromText] = await Promise.all([
      openTask(path, { model, seed: 0 }),
      openTask('pets', { model, seed: 0, jsonl }),
    ]);
    expect(fromFile).toMatchObject({ name: path, sha256: fromText.sha256, pairs: fromText.pairs });
  });

  it('refuses what is no task: unknown names, missing files, folders, files that are too large', async () => {
    const refused = (reference: string): Promise<unknown> =>
      openTask(reference, { model, seed: 0 }).catch((e: unknown) => e);
    expect(await refused('ioy')).toMatchObject({
      kind: 'not-found',
      action: expect.stringContaining('ioi, greater-than'),
    });
    expect(await refused(join(home, 'none.jsonl'))).toMatchObject({ kind: 'not-found' });
    const path = join(home, 'large.jsonl');
    await writeFile(path, '');
    expect(await refused(path)).toMatchObject({ kind: 'invalid-input', message: 'The task file is empty.' });
    await truncate(path, 17 * 2 ** 20);
    expect(await refused(path)).toMatchObject({ kind: 'invalid-input', message: expect.stringContaining('16 MiB') });
  });
});

describe('openTask with a compiled program', () => {
  const program = (name: string) => openModel(`tracr-${name}`, { home });

  it.each(bundledSets.filter(({ name }) => name.startsWith('tracr/')))(
    'reads $name',
    async ({ name, pairs: count }) => {
      const own = await program(name.replace('tracr/', ''));
      const { pairs } = await openTask(name, { model: own, seed: 0 });
      expect(pairs).toHaveLength(count);
      for (const { clean, corrupted, answers, wrongs } of pairs) {
        expect(own.tokenizer.decode(clean)).toMatch(/^BOS /);
        expect(corrupted).toHaveLength(clean.length);
        expect([...answers, ...wrongs]).toEqual([]);
      }
    },
  );

  const write = async (cases: unknown): Promise<string> => {
    const path = join(home, 'cases.json');
    await writeFile(path, typeof cases === 'string' ? cases : JSON.stringify({ cases }));
    return path;
  };
  const one = {
    clean: ['BOS', 1, 2, 3],
    corrupted: ['BOS', 3, 2, 1],
    clean_ids: [3, 0, 1, 2],
    corrupted_ids: [3, 2, 1, 0],
  };

  const longer = { clean: ['BOS', 1, 2, 3, 1], clean_ids: [3, 0, 1, 2, 0] };

  it('reads the cases.json of a folder, alike', async () => {
    const { pairs } = await openTask(await write([one, one]), { model: await program('reverse'), seed: 0, pairs: 1 });
    expect(pairs).toEqual([{ clean: one.clean_ids, corrupted: one.corrupted_ids, answers: [], wrongs: [] }]);
  });

  it.each<[string, unknown, RegExp]>([
    ['broken JSON', '{', /no valid JSON/],
    ['another file', [{ clean: ['BOS'] }], /no cases of a program: cases.0.corrupted/],
    ['no cases', [], /no cases of a program/],
    ['ids of other words', [{ ...one, clean: ['BOS', 1, 3, 2] }], /3 0 1 2 stands for BOS 1 3 2/],
    ['an id outside the vocabulary', [{ ...one, clean_ids: [3, 0, 1, 99] }], /stands for BOS 1 2 3/],
    [
      'an input that is too short',
      [{ clean: ['BOS', 1], corrupted: ['BOS', 2], clean_ids: [3, 0], corrupted_ids: [3, 1] }],
      /answers up to position 3/,
    ],
    ['inputs of unlike length', [{ ...one, ...longer }], /Case 1: the clean prompt has 5 tokens/],
  ])('refuses %s', async (_, cases, message) => {
    const refused = openTask(await write(cases), { model: await program('reverse'), seed: 0 });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ kind: 'invalid-input', action: expect.stringMatching(/./) });
  });

  it('refuses the cases of another program', async () => {
    await expect(openTask('tracr/reverse', { model: await program('sort'), seed: 0 })).rejects.toThrow(/not those of/);
    await expect(openTask('tracr/reverse', { model, seed: 0 })).rejects.toThrow(/not those of/);
  });
});

describe('openTask with another model', () => {
  it('refuses a bundled set, whose ids would be other words there', async () => {
    const other = toyModel(pieceTokenizer({ digits: digitsByTwo }));
    await expect(openTask('tinytasks/ioi', { model: other, seed: 0 })).rejects.toMatchObject({
      kind: 'invalid-input',
      action: expect.stringContaining('generator ioi'),
    });
  });
});

describe('listTasks', () => {
  it('lists generators without a number of pairs and bundled sets with theirs', () => {
    expect(listTasks().map(({ name, kind, pairs }) => [name, kind, pairs])).toEqual([
      ...['ioi', 'greater-than', 'docstring', 'induction'].map((name) => [name, 'generator', null]),
      ...['ioi', 'greater-than', 'docstring', 'induction'].map((name) => [`tinytasks/${name}`, 'bundled', 256]),
      ['tracr/reverse', 'bundled', 30],
      ...['xproportion', 'hist', 'sort'].map((name) => [`tracr/${name}`, 'bundled', 32]),
    ]);
  });
});
