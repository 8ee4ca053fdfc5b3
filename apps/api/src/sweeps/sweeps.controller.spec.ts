// Scope: what the API records and refuses of sweeps, on a real Postgres and Temporal without a worker: nothing computes.
import {
  pointPageSchema,
  problemSchema,
  sweepPageSchema,
  sweepPreviewSchema,
  sweepViewSchema,
} from '@patchbay/contracts';
import { connectTemporal, type TemporalClient } from '@patchbay/workflows';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporal, temporalSettings, type TestTemporal } from '../testing/temporal.js';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';

let temporal: TestTemporal;
let client: TemporalClient;
let api: TestApi;
beforeAll(async () => {
  temporal = await startTemporal();
  client = await connectTemporal({ ...temporalSettings, address: temporal.address }, temporal.address);
  api = await startTestApi({ temporal });
});
afterAll(async () => {
  await api.close();
  await client.connection.close();
  await temporal.stop();
});

const grid = { base: ioiRun, grid: { 'params.site': ['z', 'mlp-out'], seed: [0, 1, 2] } };
const post = (path: string, body: unknown = {}, headers = {}) =>
  api.ask('POST', `/v1/sweeps${path}`, { body, headers });
const view = async (path: string) => sweepViewSchema.parse((await api.ask('GET', `/v1/sweeps${path}`)).json);
async function submit(body: unknown = grid): Promise<string> {
  const answer = await post('', body);
  expect(answer.status, answer.text).toBe(202);
  return sweepViewSchema.parse(answer.json).id;
}
const workflowStatus = (id: string): Promise<string | undefined> =>
  client.workflow
    .getHandle(id)
    .describe()
    .then(
      ({ status }) => status.name,
      () => undefined,
    );

describe('POST /v1/sweeps', () => {
  it('records every point as a run with the defaults of its method, and starts one workflow', async () => {
    const answer = await post('', { ...grid, name: 'sites', tags: ['t'] });
    const sweep = sweepViewSchema.parse(answer.json);
    expect(answer.headers.location).toBe(`/v1/sweeps/${sweep.id}`);
    expect(sweep).toMatchObject({ status: 'running', points: 6, inFlight: 4, name: 'sites', counts: { queued: 6 } });
    const page = pointPageSchema.parse((await api.ask('GET', `/v1/sweeps/${sweep.id}/points?limit=4`)).json);
    expect(page.points.map(({ run }) => [run.request.params['site'], run.request.seed])).toEqual([
      ['z', 0],
      ['z', 1],
      ['z', 2],
      ['mlp-out', 0],
    ]);
    expect(page.points[0]?.run).toMatchObject({ sweepId: sweep.id, name: 'sites', tags: ['t'] });
    expect(page.points[0]?.run.request.params).toMatchObject({ direction: 'noising', metric: 'logit-difference' });
    const rest = await api.ask('GET', `/v1/sweeps/${sweep.id}/points?after=${page.next}&status=queued`);
    expect(pointPageSchema.parse(rest.json)).toMatchObject({ points: [{ point: 4 }, { point: 5 }], next: null });
    await expect.poll(() => workflowStatus(sweep.id), { timeout: 10_000 }).toBe('RUNNING');
    await expect.poll(() => api.store.sweeps.untold(0), { timeout: 10_000 }).not.toContain(sweep.id);
    // Its runs are its workflow's to start.
    expect(await workflowStatus(page.points[0]?.run.id ?? '')).toBeUndefined();
  });

  it('takes points that differ in nothing, once defaults are filled in, as one', async () => {
    const list = [{}, { params: { site: 'z' } }, { seed: 1 }, { seed: 1, params: { direction: 'noising' } }];
    expect((await view(`/${await submit({ base: ioiRun, list })}`)).points).toBe(2);
  });

  it('takes the same Idempotency-Key as the same sweep', async () => {
    const headers = { 'Idempotency-Key': 'sweep-1' };
    const ids = [await post('', grid, headers), await post('', grid, headers)].map(
      ({ json }) => sweepViewSchema.parse(json).id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect((await post('', { ...grid, inFlight: 7 }, headers)).status).toBe(409);
  });

  it('answers 202 while Temporal is away and starts the sweep when it is back', async () => {
    await temporal.crash();
    const id = await submit();
    await temporal.restart();
    await expect.poll(() => workflowStatus(id), { timeout: 40_000, interval: 250 }).toBe('RUNNING');
  });

  it.each([
    ['a point that is no run', { ...grid, grid: { seed: [1, 0.5] } }, /Point 1 .*seed/],
    ['a wrong parameter', { ...grid, grid: { 'params.site': ['z', 'nowhere'] } }, /Point 1 .*site/s],
    ['an unknown method', { base: { ...ioiRun, method: 'magic' }, list: [{}] }, /Point 0 .*magic/],
    ['an unknown model', { ...grid, grid: { model: ['tinytasks', 'gpt-17'] } }, /gpt-17/],
    ['an unknown task', { ...grid, grid: { task: ['ioi', 'chess'] } }, /chess/],
    ['more than 10 000 points', { ...grid, grid: { seed: range(101), pairs: range(101) } }, /10201 points/],
    ['no points', { base: ioiRun }, /one of grid, list and sample/],
    ['two kinds of points', { ...grid, list: [{}] }, /one of grid, list and sample/],
    ['an axis that is none', { ...grid, grid: { colour: ['red'] } }, /axis/i],
    ['nothing under way at once', { ...grid, inFlight: 0 }, /inFlight/],
  ])('refuses %s', async (_, body, detail) => {
    const answer = await post('', body);
    expect(answer.status, answer.text).toBe(422);
    expect(problemSchema.parse(answer.json).detail).toMatch(detail);
  });
});

describe('POST /v1/sweeps/preview', () => {
  it('says how many runs it would be and what they would take, and records nothing', async () => {
    const before = sweepPageSchema.parse((await api.ask('GET', '/v1/sweeps')).json).sweeps.length;
    const preview = async (body: unknown) => {
      const answer = await post('/preview', body);
      expect(answer.status, answer.text).toBe(200);
      return sweepPreviewSchema.parse(answer.json);
    };
    const small = await preview({ base: ioiRun, list: [{}, {}, { seed: 1 }] });
    expect(small).toMatchObject({ points: 2, duplicates: 1, estimate: { of: 2 } });
    const large = await preview({ base: ioiRun, grid: { seed: range(2000) } });
    expect(large).toMatchObject({ points: 2000, duplicates: 0, estimate: { of: 8 } });
    expect(large.estimate?.seconds).toBeGreaterThan((small.estimate?.seconds ?? Infinity) * 50);
    const hub = await preview({ base: { ...ioiRun, model: 'hf:some/where' }, grid: { seed: [0] } });
    expect(hub).toEqual({ points: 1, duplicates: 0, estimate: null });
    expect((await post('/preview', { base: ioiRun })).status).toBe(422);
    expect(sweepPageSchema.parse((await api.ask('GET', '/v1/sweeps')).json).sweeps).toHaveLength(before);
  });
});

describe('a sweep', () => {
  it('is paused, resumed, appended to and retried, and each change answers with how it stands', async () => {
    const id = await submit();
    const change = async (how: string, body?: unknown) => {
      const answer = await post(`/${id}/${how}`, body);
      expect(answer.status, answer.text).toBe(202);
      return sweepViewSchema.parse(answer.json);
    };
    expect((await change('pause')).status).toBe('paused');
    expect((await change('resume')).status).toBe('running');
    expect(
      (await change('points', { base: ioiRun, sample: { axes: { seed: { from: 5, to: 9, whole: true } }, count: 1 } }))
        .points,
    ).toBe(7);
    const { points } = await api.store.sweeps.points(id, { limit: 1 });
    const first = points[0]?.run.id ?? '';
    await api.store.runs.fail(first, { kind: 'internal', message: 'broke', action: 'mend' });
    expect((await view(`/${id}`)).counts.failed).toBe(1);
    expect((await change('retry')).counts).toMatchObject({ failed: 0, queued: 7 });
    expect((await api.ask('POST', `/v1/sweeps/${id}/points`, { body: { base: ioiRun } })).status).toBe(422);
  });

  it('is cancelled with all that waits, for good', async () => {
    const id = await submit();
    const cancel = () => post(`/${id}/cancel`);
    expect(sweepViewSchema.parse((await cancel()).json)).toMatchObject({
      status: 'cancelled',
      counts: { cancelled: 6 },
    });
    expect((await cancel()).status).toBe(202);
    for (const how of ['pause', 'resume', 'retry']) expect((await post(`/${id}/${how}`)).status).toBe(409);
    expect((await post(`/${id}/points`, grid)).status).toBe(409);
  });

  it('that has finished has nothing left to cancel', async () => {
    const id = await submit({ base: ioiRun, list: [{}] });
    const { points } = await api.store.sweeps.points(id, { limit: 1 });
    await api.store.runs.cancel(points[0]?.run.id ?? '');
    expect((await view(`/${id}`)).status).toBe('finished');
    expect((await post(`/${id}/cancel`)).status).toBe(409);
  });

  it.each(['/x', `/${crypto.randomUUID()}`])('named %s is not found', async (path) => {
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/points'],
      ['POST', '/pause'],
      ['POST', '/cancel'],
    ] as const) {
      expect((await api.ask(method, `/v1/sweeps${path}${rest}`)).status).toBe(404);
    }
  });

  it.each(['?limit=51', '?cursor=x', '?colour=red'])('list refuses %s', async (query) => {
    expect((await api.ask('GET', `/v1/sweeps${query}`)).status).toBe(422);
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
