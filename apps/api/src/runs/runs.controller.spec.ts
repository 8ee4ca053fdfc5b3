import { estimateSchema, problemSchema, resultSchema, runPageSchema, runViewSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { connectTemporal, type TemporalClient } from '@patchbay/workflows';
import { createHash } from 'node:crypto';
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

/** What Temporal says of the run's workflow; undefined where it has none. */
const workflowStatus = (id: string): Promise<string | undefined> =>
  client.workflow
    .getHandle(id)
    .describe()
    .then(
      ({ status }) => status.name,
      () => undefined,
    );

const submit = (body: unknown, headers = {}) => api.ask('POST', '/v1/runs', { body, headers });

describe('POST /v1/runs', () => {
  it('records the run with the defaults of its method, starts it and says where it is', async () => {
    const answer = await submit({ ...ioiRun, tags: ['first'] });
    expect(answer.status, answer.text).toBe(202);
    const run = runViewSchema.parse(answer.json);
    expect(answer.headers.location).toBe(`/v1/runs/${run.id}`);
    expect(run.request.params).toMatchObject({ site: 'z', direction: 'noising', metric: 'logit-difference' });
    expect(run).toMatchObject({ status: 'queued', request: { seed: 0, device: 'cpu', pairs: 4 } });
    await expect.poll(() => workflowStatus(run.id), { timeout: 10_000 }).toBe('RUNNING');
    await expect.poll(() => api.store.runs.unstarted(0), { timeout: 10_000 }).not.toContain(run.id);
  });

  it('can be asked beforehand what it would take, and nothing is recorded', async () => {
    const estimate = async (body: unknown) => api.ask('POST', '/v1/runs/estimate', { body });
    const before = runPageSchema.parse((await api.ask('GET', '/v1/runs')).json).runs.length;
    const [four, eight] = [await estimate(ioiRun), await estimate({ ...ioiRun, pairs: 8 })];
    expect(four.status, four.text).toBe(200);
    const [less, more] = [estimateSchema.parse(four.json), estimateSchema.parse(eight.json)];
    expect(more.flops / less.flops).toBeCloseTo(2, 0); // prompts differ in length
    expect(less.peakBytes).toBeLessThan(more.peakBytes);
    expect(more.peakBytes).toBeLessThan(more.budgetBytes);
    expect((await estimate({ ...ioiRun, model: 'nobody' })).status).toBe(422);
    expect((await estimate({ ...ioiRun, params: { site: 17 } })).status).toBe(422);
    expect((await estimate({ ...ioiRun, model: 'hf:some/where' })).status).toBe(422);
    expect(runPageSchema.parse((await api.ask('GET', '/v1/runs')).json).runs).toHaveLength(before);
  });

  it('takes the same Idempotency-Key as the same run, and refuses another body under it', async () => {
    const headers = { 'Idempotency-Key': 'key-1' };
    const [first, second] = [await submit(ioiRun, headers), await submit(ioiRun, headers)];
    expect(second.status).toBe(202);
    expect(second.headers.location).toBe(first.headers.location);
    expect((await submit({ ...ioiRun, seed: 1 }, headers)).status).toBe(409);
    expect((await submit(ioiRun, { 'Idempotency-Key': 'a b' })).status).toBe(422);
  });

  it('answers 202 while Temporal is away and starts the run when it is back', async () => {
    await temporal.crash();
    const began = performance.now();
    const answer = await submit(ioiRun);
    expect(answer.status, answer.text).toBe(202);
    expect(performance.now() - began).toBeLessThan(2_000);
    const { id } = runViewSchema.parse(answer.json);
    await temporal.restart();
    await expect.poll(() => workflowStatus(id), { timeout: 30_000, interval: 250 }).toBe('RUNNING');
    await expect.poll(() => api.store.runs.unstarted(0), { timeout: 10_000 }).not.toContain(id);
  });

  it('tells in stage and history that no worker serves the device, and keeps the run', async () => {
    const { id } = runViewSchema.parse((await submit({ ...ioiRun, device: 'cuda' })).json);
    const view = async () => runViewSchema.parse((await api.ask('GET', `/v1/runs/${id}`)).json);
    await expect.poll(async () => (await view()).progress?.stage, { timeout: 10_000 }).toMatch(/no worker serves cuda/);
    expect((await view()).status).toBe('queued');
    const notes = async () =>
      (await api.store.events.since(id)).flatMap(({ event }) => (event.type === 'note' ? [event.message] : []));
    await expect
      .poll(notes, { timeout: 10_000 })
      .toEqual([expect.stringMatching(/^No worker serves cuda .*PATCHBAY_DEVICES/)]);
  });

  it.each([
    ['an unknown model', { ...ioiRun, model: 'gpt-17' }, /no model "gpt-17".*/],
    ['a model path that is not there', { ...ioiRun, model: '/no/such/folder' }, /no model/],
    ['a relative model path', { ...ioiRun, model: '../../etc' }, /no model/],
    ['a path with a detour', { ...ioiRun, model: '/tmp/../tmp' }, /no model/],
    ['an unknown task', { ...ioiRun, task: 'chess' }, /no task "chess"/],
    ['a task file that is not there', { ...ioiRun, task: '/no/such.jsonl' }, /no task/],
    ['an unknown method', { ...ioiRun, method: 'magic' }, /no method "magic"/],
    ['a method out of the prototype', { ...ioiRun, method: 'constructor' }, /no method/],
  ])('refuses %s and says what there is', async (_, body, detail) => {
    const answer = await submit(body);
    expect(answer.status, answer.text).toBe(422);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = problemSchema.parse(answer.json);
    expect(problem.detail).toMatch(detail);
    expect(problem.action).not.toBe('');
  });

  it.each([
    ['a wrong value of a parameter', { ...ioiRun, params: { site: 'nowhere' } }, 'params.site'],
    ['an unknown parameter', { ...ioiRun, params: { sight: 'z' } }, 'params'],
    ['an unknown field', { ...ioiRun, modle: 'x' }, ''],
    ['a field of the wrong type', { ...ioiRun, pairs: 'four' }, 'pairs'],
    ['a seed that is no whole number', { ...ioiRun, seed: 0.5 }, 'seed'],
    ['too many pairs', { ...ioiRun, pairs: 10_001 }, 'pairs'],
    ['an empty tag', { ...ioiRun, tags: ['a', ''] }, 'tags.1'],
    ['no model', { task: 'ioi', method: 'activation-patching' }, 'model'],
    ['an unknown model', { ...ioiRun, model: 'gpt-17' }, 'model'],
    ['an unknown task', { ...ioiRun, task: 'chess' }, 'task'],
    ['a list', [ioiRun], ''],
    ['null', null, ''],
  ])('refuses %s and names the field', async (_, body, path) => {
    const answer = await submit(body);
    expect(answer.status, answer.text).toBe(422);
    expect(problemSchema.parse(answer.json).errors?.map((error) => error.path)).toContain(path);
  });

  it('refuses a request without a body', async () => {
    expect((await api.ask('POST', '/v1/runs')).status).toBe(422);
  });
});

describe('GET /v1/runs', () => {
  it('pages without gaps or repeats', async () => {
    for (let i = 0; i < 5; i += 1) await submit(ioiRun);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await api.ask('GET', `/v1/runs?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      const page = runPageSchema.parse(answer.json);
      seen.push(...page.runs.map((run) => run.id));
      cursor = page.next;
    }
    expect(seen.length).toBeGreaterThanOrEqual(5);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'status=odd', 'colour=red', 'limit=1&limit=2', 'cursor=%00'])(
    'refuses ?%s',
    async (query) => {
      const answer = await api.ask('GET', `/v1/runs?${query}`);
      expect(answer.status, answer.text).toBe(422);
      problemSchema.parse(answer.json);
    },
  );
});

describe('POST /v1/runs/:id/cancel', () => {
  it('cancels a waiting run and its workflow, and again without effect', async () => {
    const run = runViewSchema.parse((await submit(ioiRun)).json);
    await expect.poll(() => workflowStatus(run.id), { timeout: 10_000 }).toBe('RUNNING');
    const cancel = () => api.ask('POST', `/v1/runs/${run.id}/cancel`);
    const answer = await cancel();
    expect(answer.status, answer.text).toBe(202);
    expect(runViewSchema.parse(answer.json).status).toBe('cancelled');
    expect((await cancel()).status).toBe(202);
    const { raw } = await client.workflow.getHandle(run.id).describe();
    expect(Number(raw.workflowExecutionInfo?.historyLength)).toBeGreaterThan(2); // its cancellation was asked for
  });

  it('leaves no workflow running for a run cancelled before it could start', async () => {
    await temporal.crash();
    const run = runViewSchema.parse((await submit(ioiRun)).json);
    expect((await api.ask('POST', `/v1/runs/${run.id}/cancel`)).status).toBe(202);
    await temporal.restart();
    await expect
      .poll(async () => (await api.ask('GET', '/v1/health')).json, { timeout: 20_000 })
      .toMatchObject({
        temporal: 'up',
      });
    expect(await api.store.runs.unstarted(0)).not.toContain(run.id);
  });

  it('refuses one that ended otherwise', async () => {
    const run = runViewSchema.parse((await submit(ioiRun)).json);
    await api.store.runs.fail(run.id, { kind: 'internal', message: 'broke', action: 'mend' });
    const answer = await api.ask('POST', `/v1/runs/${run.id}/cancel`);
    expect(answer.status).toBe(409);
    expect(problemSchema.parse(answer.json).detail).toMatch(/failed/);
  });
});

describe('GET /v1/runs/:id/result', () => {
  it('gives what the run found, and 304 to a client that has it', async () => {
    const { id } = runViewSchema.parse((await submit(ioiRun)).json);
    const result = await discover(
      { request: { ...ioiRun, params: {}, seed: 0, device: 'cpu', tags: [] }, modelSource: 'tinytasks' },
      { home: api.home },
    );
    await api.store.runs.begin(id, result.manifest);
    await api.store.runs.succeed(id, result);
    const answer = await api.ask('GET', `/v1/runs/${id}/result`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(resultSchema.parse(answer.json)).toEqual(result);
    const headers = { 'If-None-Match': String(answer.headers.etag) };
    expect(await api.ask('GET', `/v1/runs/${id}/result`, { headers })).toMatchObject({ status: 304, text: '' });
    expect((await api.ask('POST', `/v1/runs/${id}/cancel`)).status).toBe(409);
  });

  it('gives the files that the run left behind, by the names in its result', async () => {
    const { id } = runViewSchema.parse((await submit(ioiRun)).json);
    const result = await discover(
      { request: { ...ioiRun, params: {}, seed: 0, device: 'cpu', tags: [] }, modelSource: 'tinytasks' },
      { home: api.home },
    );
    await api.store.runs.begin(id, result.manifest);
    const bytes = Uint8Array.of(0, 255, 10, 13, 128);
    await api.store.runs.succeed(id, result, { 'weights.bin': { mediaType: 'application/octet-stream', bytes } });
    const stored = resultSchema.parse((await api.ask('GET', `/v1/runs/${id}/result`)).json);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(stored.artifacts).toEqual({ 'weights.bin': { sha256, bytes: 5, mediaType: 'application/octet-stream' } });
    const answer = await api.ask('GET', `/v1/runs/${id}/files/weights.bin`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/octet-stream/);
    expect(answer.headers['content-length']).toBe('5');
    const missing = await api.ask('GET', `/v1/runs/${id}/files/toString`);
    expect(missing.status).toBe(404);
    expect(problemSchema.parse(missing.json).action).toBe('Ask for weights.bin.');
    const code = (file: string) => api.ask('POST', `/v1/runs/${id}/codes`, { body: { jsonl: '{"clean":"x"}', file } });
    expect((await code('other.bin')).status).toBe(404);
    const unserved = problemSchema.parse((await code('weights.bin')).json);
    expect(unserved).toMatchObject({ status: 503, detail: expect.stringMatching(/^No worker serves cpu/) });
  });

  it('answers 404 while there is none', async () => {
    const run = runViewSchema.parse((await submit(ioiRun)).json);
    const answer = await api.ask('GET', `/v1/runs/${run.id}/result`);
    expect(answer.status).toBe(404);
    problemSchema.parse(answer.json);
  });
});
