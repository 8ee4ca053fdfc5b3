import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let dashboard: string;
beforeAll(async () => {
  dashboard = await mkdtemp(join(tmpdir(), 'patchbay-dashboard-'));
  await mkdir(join(dashboard, 'assets'));
  await writeFile(join(dashboard, 'index.html'), '<!doctype html><title>Patchbay</title>');
  await writeFile(join(dashboard, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(join(dashboard, '.env'), 'SECRET');
  api = await startTestApi({ dashboard });
});
afterAll(async () => {
  await api.close();
  await rm(dashboard, { recursive: true, force: true });
});

const page = (path: string) => api.ask('GET', path, { headers: { Accept: 'text/html,*/*' } });

describe('the dashboard', () => {
  it.each(['/', '/runs', '/runs/0190?tab=nodes', '/models/a.b', '/v10'])('gives its page at %s', async (path) => {
    const answer = await page(path);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<title>Patchbay</title>');
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  it('serves hashed files for good', async () => {
    const answer = await api.ask('GET', '/assets/app-1a2b.js');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/javascript/);
    expect(answer.headers['cache-control']).toContain('immutable');
  });

  it('gives no page where none was asked for, nor for the API', async () => {
    expect((await api.ask('GET', '/assets/gone.js')).status).toBe(404);
    expect((await page('/v1/nothing')).status).toBe(404);
    expect((await page('/v1/nothing')).headers['content-type']).toBe('application/problem+json');
  });

  it('keeps hidden files to itself', async () => {
    expect((await api.ask('GET', '/.env')).text).not.toContain('SECRET');
    expect((await page('/.env')).text).not.toContain('SECRET');
  });
});
