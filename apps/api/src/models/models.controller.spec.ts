import { modelViewSchema, problemSchema } from '@patchbay/contracts';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';

/** The built-in model's own folder, which may be registered like any other. */
const folder = join(dirname(fileURLToPath(import.meta.resolve('@patchbay/transformer'))), '../models/tinytasks');

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const add = (name: string, source: string) => api.ask('POST', '/v1/models', { body: { name, source } });

describe('models', () => {
  it('lists the built-in ones with their shape', async () => {
    const models = z.array(modelViewSchema).parse((await api.ask('GET', '/v1/models')).json);
    expect(models).toContainEqual(expect.objectContaining({ name: 'tinytasks', source: 'builtin' }));
    const checks = models.map(({ name, check }) => [name, check?.agrees]);
    expect(checks).toContainEqual(['tinytasks', true]);
    expect(checks).toContainEqual(['tracr-sort', undefined]);
    const one = await api.ask('GET', '/v1/models/tinytasks');
    expect(modelViewSchema.parse(one.json).layers).toBeGreaterThan(0);
  });

  it('registers a folder after opening it, and runs may use the name', async () => {
    const answer = await add('mine', folder);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.location).toBe('/v1/models/mine');
    const view = modelViewSchema.parse(answer.json);
    expect(view.name).toBe('mine');
    expect(view.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(view.check).toMatchObject({ agrees: true, tolerance: 1e-3 });
    expect(view.check?.largestDifference).toBeLessThan(1e-4);
    expect((await api.ask('GET', '/v1/models/mine')).json).toEqual(view);
    expect((await api.ask('POST', '/v1/runs', { body: { ...ioiRun, model: 'mine' } })).status).toBe(202);
    expect((await add('mine', folder)).status).toBe(201);
  });

  it('lets runs name a path, or what lies below home/models', async () => {
    await mkdir(join(api.home, 'models', 'brought'), { recursive: true });
    for (const model of [folder, 'brought', 'hf:org/name', 'hf:org/name@v1']) {
      const answer = await api.ask('POST', '/v1/runs', { body: { ...ioiRun, model } });
      expect(answer.status, `${model}: ${answer.text}`).toBe(202);
    }
  });

  it('lists what lies below home/models, and passes over what cannot be opened', async () => {
    await cp(folder, join(api.home, 'models', 'own'), { recursive: true });
    await mkdir(join(api.home, 'models', 'damaged'), { recursive: true });
    const models = z.array(modelViewSchema).parse((await api.ask('GET', '/v1/models')).json);
    expect(models.map(({ name }) => name)).toContain('own');
    expect(models.map(({ name }) => name)).not.toContain('damaged');
    expect((await api.ask('GET', '/v1/models/own')).status).toBe(200);
  });

  it.each([
    ['the name of a built-in one', 'tinytasks', () => folder, 409],
    ['a name with capitals', 'Mine', () => folder, 422],
    ['a name that is a path', '../mine', () => folder, 422],
    ['a folder that is not there', 'other', () => '/no/such/folder', 422],
    ['a relative folder', 'other', () => 'models', 422],
    ['a path with a detour', 'other', () => `${folder}/../tinytasks`, 422],
    ['a path with NUL', 'other', () => `${folder}\0`, 422],
    ['a file of another kind', 'other', () => '/etc/passwd', 422],
    ['an empty folder', 'other', () => join(api.home, 'empty'), 422],
    ['a hub address that is none', 'other', () => 'hf:../../etc', 422],
  ])('refuses %s', async (_, name, source, status) => {
    await mkdir(join(api.home, 'empty'), { recursive: true });
    const answer = await add(name, source());
    expect(answer.status, answer.text).toBe(status);
    expect(problemSchema.parse(answer.json).detail).not.toBe('');
  });

  it('refuses another source under a name that is taken, and a broken file', async () => {
    await add('taken', folder);
    await writeFile(join(api.home, 'broken.gguf'), 'no model');
    expect((await add('broken', join(api.home, 'broken.gguf'))).status).toBe(422);
    expect((await add('taken', dirname(folder))).status).toBeGreaterThanOrEqual(400);
    expect((await add('taken', `${folder}/`)).status).toBe(409);
  });
});
