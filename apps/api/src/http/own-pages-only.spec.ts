import { problemSchema } from '@patchbay/contracts';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { isLoopback } from './own-pages-only.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const PORT = 'PORT';
const withPort = (text: string) => text.replaceAll(PORT, String(api.port));
const asked = (headers: Record<string, string>, path = '/v1/methods') =>
  api.ask('GET', path, {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withPort(value)])),
  });

describe('Host', () => {
  it.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])('takes %s', async (host) => {
    expect((await asked({ Host: host })).status).toBe(200);
  });

  it.each([
    ['evil.example:PORT'],
    ['evil.example'],
    ['localhost'],
    ['127.0.0.1'],
    ['localhost:1'],
    ['localhost.:PORT'],
    ['localhost.evil.example:PORT'],
    ['127.0.0.1.nip.io:PORT'],
    ['127.0.0.2:PORT'],
    ['0.0.0.0:PORT'],
    ['2130706433:PORT'],
    ['0x7f000001:PORT'],
    ['[::ffff:127.0.0.1]:PORT'],
    ['user@localhost:PORT'],
    ['localhost:PORT, evil.example'],
  ])('refuses %j, on the dashboard as on the API', async (host) => {
    for (const path of ['/v1/methods', '/v1/no-such', '/', '/index.html']) {
      const answer = await asked({ Host: host }, path);
      expect(answer.status, path).toBe(403);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      problemSchema.parse(answer.json);
    }
  });

  it.each([
    ['no Host', 'HTTP/1.0', ''],
    ['an empty Host', 'HTTP/1.1', 'Host:\r\n'],
    ['a foreign Host before ours', 'HTTP/1.1', 'Host: evil.example\r\nHost: localhost:PORT\r\n'],
  ])('refuses %s', async (_, version, header) => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write(`GET /v1/methods ${version}\r\n${withPort(header)}Connection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.[01] 40[03] /);
  });
});

describe('Origin and Sec-Fetch-Site', () => {
  const own = { Host: '127.0.0.1:PORT' };

  it.each(['http://127.0.0.1:PORT', 'http://localhost:PORT', 'http://[::1]:PORT'])('takes %s', async (origin) => {
    expect((await asked({ ...own, Origin: origin })).status).toBe(200);
  });

  it.each([
    ['http://evil.example'],
    ['https://127.0.0.1:PORT'],
    ['http://127.0.0.1'],
    ['http://127.0.0.1:1'],
    ['http://127.0.0.1:PORT.evil.example'],
    ['http://127.0.0.1:PORT/'],
    ['127.0.0.1:PORT'],
    ['null'],
    ['file://'],
    [''],
  ])('refuses %j', async (origin) => {
    expect((await asked({ ...own, Origin: origin })).status).toBe(403);
    const post = await api.ask('POST', '/v1/runs', { body: {}, headers: { Origin: withPort(origin) } });
    expect(post.status).toBe(403);
  });

  it.each([
    ['same-origin', 200],
    ['none', 200],
    ['cross-site', 403],
    ['same-site', 403],
    ['odd', 403],
  ])('answers a request from %s with %i', async (site, status) => {
    expect((await asked({ ...own, 'Sec-Fetch-Site': site })).status).toBe(status);
  });

  it('lets a link from elsewhere open the dashboard, and nothing of the API', async () => {
    const link = {
      ...own,
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
      Accept: 'text/html',
    };
    expect((await asked(link, '/runs/1')).status).toBe(404); // no dashboard is built here
    expect((await asked(link, '/runs/1')).text).toContain('npm run build');
    expect((await asked(link, '/v1/methods')).status).toBe(403);
    expect((await asked({ ...link, 'Sec-Fetch-Dest': 'iframe' }, '/')).status).toBe(403);
  });

  it('gives other pages no CORS headers, also on a preflight', async () => {
    const answer = await api.ask('OPTIONS', '/v1/runs', { headers: { Origin: 'http://evil.example' } });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['127.0.0.1.evil.example', false],
    ['', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
