import { methodViewSchema, problemSchema } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTemporal, type TestTemporal } from '../testing/temporal.js';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';

let temporal: TestTemporal;
let api: TestApi;
beforeAll(async () => {
  temporal = await startTemporal();
  api = await startTestApi({ temporal });
});
afterAll(async () => {
  await api.close();
  await temporal.stop();
});

const health = () => api.ask('GET', '/v1/health');

describe('GET /v1/health', () => {
  it('is 200 while both answer, and degraded without Temporal', async () => {
    expect(await health()).toMatchObject({
      status: 200,
      json: { status: 'ok', postgres: 'up', temporal: 'up', devices: [] },
    });
    await temporal.crash();
    expect(await health()).toMatchObject({ status: 200, json: { status: 'degraded', temporal: 'down' } });
    await temporal.restart();
    await expect.poll(async () => (await health()).json, { timeout: 20_000 }).toMatchObject({ status: 'ok' });
  });

  it('is 503 while Postgres is away, as is every route that needs it; both mend themselves', async () => {
    await api.postgres.crash();
    expect(await health()).toMatchObject({ status: 503, json: { status: 'down', postgres: 'down' } });
    const asks = [
      api.ask('GET', '/v1/runs'),
      api.ask('POST', '/v1/runs', { body: ioiRun }),
      api.ask('GET', '/v1/runs/00000000-0000-4000-8000-000000000000/events'),
      api.ask('GET', '/v1/models'),
      api.ask('POST', '/v1/tasks', {
        body: { name: 'x', jsonl: '{"clean":"a b","corrupted":"c b","answer":"d","wrong":"e"}' },
      }),
    ];
    for (const answer of await Promise.all(asks)) {
      expect(answer.status, answer.text).toBe(503);
      expect(answer.headers['retry-after']).toBe('5');
      expect(problemSchema.parse(answer.json).action).not.toBe('');
      expect(answer.text).not.toContain(new URL(api.databaseUrl).password);
    }
    expect((await api.ask('GET', '/v1/methods')).status).toBe(200);
    await api.postgres.restart();
    await expect.poll(async () => (await health()).status, { timeout: 10_000 }).toBe(200);
    expect((await api.ask('POST', '/v1/runs', { body: ioiRun })).status).toBe(202);
  });
});

describe('GET /v1/methods', () => {
  it('gives every method with its parameters as JSON Schema', async () => {
    const methods = z.array(methodViewSchema).parse((await api.ask('GET', '/v1/methods')).json);
    const [patching] = methods;
    expect(patching).toMatchObject({ id: 'activation-patching', params: { properties: { site: { default: 'z' } } } });
    expect((await api.ask('GET', '/v1/methods/activation-patching')).json).toEqual(patching);
  });
});
