import { problemSchema } from '@patchbay/contracts';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await mkdir(join(api.home, 'models'), { recursive: true });
  await writeFile(join(api.home, 'secret'), 'SECRET');
});
afterAll(() => api.close());

/** Ids that name nothing, as they stand in a path. */
const HOSTILE = [
  '..',
  '.',
  '%2e%2e',
  '%2E%2E%2F%2E%2E%2Fsecret',
  '..%2f..%2fsecret',
  '%252e%252e%252f',
  '..%5c..%5csecret',
  '%5c%5chost%5cshare',
  'C:%5cWindows%5cwin.ini',
  'C%3A%2F',
  'CON',
  'NUL.txt',
  '%2Fetc%2Fpasswd',
  'file:%2F%2F%2Fetc%2Fpasswd',
  '%00',
  'a%00b',
  'tinytasks%00.json',
  '%0d%0aSet-Cookie:%20x=1',
  '%ff',
  '%',
  '%zz',
  '%c0%ae%c0%ae%2f',
  '%e0%80%ae',
  '%u002e',
  "'%20OR%20'1'='1",
  '%27;%20DROP%20TABLE%20%22Run%22;--',
  '$%7Bjndi:ldap:%2F%2Fx%7D',
  '%7B%7B7*7%7D%7D',
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '-1',
  '0',
  '1e309',
  'NaN',
  'null',
  '00000000-0000-4000-8000-000000000000',
  '00000000-0000-4000-8000-00000000000g',
  '%F0%9F%92%A9',
  '%E2%80%AE',
  '*',
  ':id',
  'x'.repeat(4_000),
  '%61'.repeat(2_000),
];
const ROUTES = [
  '/v1/runs/ID',
  '/v1/runs/ID/result',
  '/v1/runs/ID/events',
  '/v1/models/ID',
  '/v1/tasks/ID',
  '/v1/methods/ID',
  '/v1/circuits/ID',
  '/v1/circuits/ID/file',
  '/v1/runs/ID/scores',
];

describe('an id that names nothing', () => {
  it.each(HOSTILE.map((id) => [id.length > 60 ? `${id.slice(0, 20)}… (${id.length})` : id, id] as const))(
    '%s gets a problem from every route, and nothing else',
    async (_, id) => {
      for (const route of ROUTES) {
        const answer = await api.ask('GET', route.replace('ID', id));
        expect([400, 404], `${route}: ${answer.text}`).toContain(answer.status);
        expect(answer.headers['content-type'], route).toBe('application/problem+json');
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.text).not.toMatch(/SECRET|root:|node_modules|\.ts:|at \w+ \(/);
        problemSchema.parse(answer.json);
      }
      const cancel = await api.ask('POST', `/v1/runs/${id}/cancel`);
      expect([400, 404], cancel.text).toContain(cancel.status);
    },
  );

  it('counts forty and more', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(40);
  });
});

describe('a route that is not served', () => {
  it.each([
    ['GET', '/v1'],
    ['GET', '/v1/'],
    ['GET', '/v1/nothing'],
    ['GET', '/V1/nothing'],
    ['GET', '//v1/runs'],
    ['DELETE', '/v1/runs'],
    ['PUT', '/v1/models/tinytasks'],
    ['PATCH', '/v1/tasks'],
    ['TRACE', '/v1/runs'],
    ['GET', '/../../../etc/passwd'],
    ['GET', '/%2e%2e/%2e%2e/etc/passwd'],
    ['GET', '/assets/..%2f..%2fpackage.json'],
    ['POST', '/'],
  ])('%s %s gets a problem', async (method, path) => {
    const answer = await api.ask(method, path);
    expect([400, 403, 404]).toContain(answer.status);
    problemSchema.parse(answer.json);
  });
});

describe('every answer', () => {
  it.each(['/v1/methods', '/v1/nothing', '/'])('%s carries the security headers', async (path) => {
    const { headers } = await api.ask('GET', path, { headers: { Accept: 'text/html' } });
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.replace("style-src 'self' 'unsafe-inline'", '')).not.toContain('unsafe');
  });
});
