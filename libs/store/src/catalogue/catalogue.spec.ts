import type { ModelView } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../testing/test-store.js';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const view = (name: string): ModelView => ({
  ...{ name, source: 'folder', family: 'gpt2', layers: 2, heads: 4, keyValueHeads: 4, dModel: 64, dHead: 16 },
  ...{ vocabulary: 100, context: 32, parameters: 1e5, sha256: null },
});

describe('models', () => {
  it('are found by their names', async () => {
    const { models } = test.store;
    expect(await models.add({ name: 'b', source: '/models/b' }, view('b'))).toEqual(view('b'));
    await models.add({ name: 'a', source: 'hf:org/a' }, view('a'));
    expect(await models.list()).toEqual([view('a'), view('b')]);
    expect(await models.source('a')).toBe('hf:org/a');
    expect(await models.source('c')).toBeUndefined();
  });

  it('are refreshed from the same source, and refused from another', async () => {
    const { models } = test.store;
    await models.add({ name: 'c', source: '/models/c' }, view('c'));
    await models.add({ name: 'c', source: '/models/c' }, { ...view('c'), layers: 3 });
    expect((await models.list()).find(({ name }) => name === 'c')?.layers).toBe(3);
    await expect(models.add({ name: 'c', source: '/other' }, view('c'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(await models.source('c')).toBe('/models/c');
  });
});

describe('tasks', () => {
  it('keep their text, and the first content under a name', async () => {
    const { tasks } = test.store;
    const jsonl = '{"clean":"é ☃"}\n{"clean":"\\u0000"}\n';
    await Promise.all(Array.from({ length: 20 }, () => tasks.add('mine', jsonl, 2)));
    expect(await tasks.jsonl('mine')).toBe(jsonl);
    await expect(tasks.add('mine', `${jsonl}\n`, 3)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await tasks.list()).toEqual([{ name: 'mine', pairs: 2 }]);
    expect(await tasks.jsonl('other')).toBeUndefined();
  });
});

describe('artifacts', () => {
  it('cannot be deleted while a task needs them', async () => {
    const { artifacts, tasks } = test.store;
    const free = await artifacts.put(Buffer.from('free'), 'text/plain');
    const needed = await artifacts.put(Buffer.from('needed'), 'application/jsonl');
    await tasks.add('needs', 'needed', 1);
    await artifacts.delete(free);
    expect(await artifacts.has(free)).toBe(false);
    await expect(artifacts.delete(needed)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await tasks.jsonl('needs')).toBe('needed');
  });
});
