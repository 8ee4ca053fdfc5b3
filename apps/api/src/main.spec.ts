// Scope: the built process from start to end: settings, what stops a start, signals.
import { freePort } from '@patchbay/local-stack';
import { startPostgres, type TestPostgres } from '@patchbay/store/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporal, type TestTemporal } from './testing/temporal.js';

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let postgres: TestPostgres;
let temporal: TestTemporal;
let settings: Record<string, string>;
beforeAll(async () => {
  [postgres, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  settings = {
    PATCHBAY_HOME: await mkdtemp(join(tmpdir(), 'patchbay-main-')),
    PATCHBAY_PORT: '0',
    DATABASE_URL: await postgres.createDatabase(),
    TEMPORAL_ADDRESS: temporal.address,
  };
});
afterAll(async () => {
  await Promise.all([postgres.stop(), temporal.stop()]);
  await rm(settings['PATCHBAY_HOME'] ?? '', { recursive: true, force: true });
});

interface Api {
  child: ChildProcess;
  said: { out: string; err: string };
  ended: Promise<number | null>;
}
function launch(changes: Record<string, string> = {}): Api {
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'], ...settings, ...changes },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr?.on('data', (chunk) => (said.err += String(chunk)));
  // Not `close`: it does not come after a disconnect.
  const ended = Promise.all([once(child, 'exit'), child.stderr && finished(child.stderr)]).then(
    ([[code]]) => code as number | null,
  );
  return { child, said, ended };
}
async function ready(api: Api): Promise<string> {
  const [message] = (await Promise.race([once(api.child, 'message'), api.ended.then(() => [api.said.err])])) as [
    unknown,
  ];
  expect(message).toBe('ready');
  await expect.poll(() => api.said.out).toMatch(/\n$/);
  const line = JSON.parse(api.said.out) as { ready: boolean; url: string };
  expect(line.ready).toBe(true);
  return line.url;
}

describe('the process', () => {
  it('says where it serves, and ends in order on SIGTERM with a stream open', async () => {
    const api = launch();
    const url = await ready(api);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${url}/v1/health`)).json()).toMatchObject({ status: 'ok' });
    const run = { model: 'tinytasks', task: 'ioi', method: 'activation-patching' };
    const submitted = await fetch(`${url}/v1/runs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(run),
    });
    expect(submitted.status).toBe(202);
    const stream = await fetch(`${url}${submitted.headers.get('location')}/events`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('queued')) text += (await reader?.read())?.value ?? '';
    const began = performance.now();
    api.child.kill('SIGTERM');
    expect(await api.ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await reader?.read()).toMatchObject({ done: true });
    const [line, ...more] = api.said.err.trim().split('\n');
    const runId = submitted.headers.get('location')?.split('/').at(-1);
    expect(JSON.parse(line ?? '')).toMatchObject({ level: 'info', runId });
    expect(more).toEqual([]);
  });

  it('ends when its parent is gone', async () => {
    const api = launch();
    await ready(api);
    api.child.disconnect();
    expect(await api.ended).toBe(0);
  });

  it('ends in order while Temporal is away and runs wait for it', async () => {
    const api = launch();
    const url = await ready(api);
    await temporal.crash();
    const run = { model: 'tinytasks', task: 'ioi', method: 'activation-patching' };
    const headers = { 'Content-Type': 'application/json' };
    expect((await fetch(`${url}/v1/runs`, { method: 'POST', headers, body: JSON.stringify(run) })).status).toBe(202);
    expect(await (await fetch(`${url}/v1/health`)).json()).toMatchObject({ status: 'degraded' });
    api.child.kill('SIGTERM');
    expect(await api.ended).toBe(0);
    expect(
      api.said.err
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { level: string }).level),
    ).toEqual(['error']);
    await temporal.restart();
  });

  it('names a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const api = launch({ PATCHBAY_PORT: port });
    expect(await api.ended).toBe(1);
    expect(api.said.err).toMatch(new RegExp(`^Port ${port} .*another program uses it\\.\nStop the other program.*\n$`));
    other.close();
  });

  it.each([
    [
      'no Postgres',
      async () => ({ DATABASE_URL: `postgresql://p:secret@127.0.0.1:${await freePort()}/x` }),
      /Postgres/,
    ],
    ['no Temporal', async () => ({ TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` }), /Temporal does not answer/],
    ['no DATABASE_URL', () => ({ DATABASE_URL: '' }), /^DATABASE_URL is not set/],
    ['no TEMPORAL_ADDRESS', () => ({ TEMPORAL_ADDRESS: '' }), /^TEMPORAL_ADDRESS is not set/],
    ['an address beyond loopback', () => ({ PATCHBAY_HOST: '0.0.0.0' }), /no access tokens yet/],
    ['a port that is none', () => ({ PATCHBAY_PORT: '99999' }), /^PATCHBAY_PORT cannot be used/],
  ])('says in two lines what is wrong with %s', async (_, changes, message) => {
    const api = launch(await changes());
    expect(await api.ended).toBe(1);
    expect(api.said.err).toMatch(message);
    expect(api.said.err.trimEnd().split('\n')).toHaveLength(2);
    expect(api.said.err).not.toMatch(/secret|at \w+ \(|node_modules/);
    expect(api.said.out).toBe('');
  });
});
