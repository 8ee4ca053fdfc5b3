import pg from 'pg';
import type { RunEvent } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStore } from '../store.js';
import { sampleManifest, sampleRequest, sampleResult } from '../testing/samples.js';
import { startTestStore, type TestStore } from '../testing/test-store.js';
import { uuidV7 } from '../uuid-v7.js';

let test: TestStore;
let runs: RunStore;
beforeAll(async () => {
  test = await startTestStore();
  ({ runs } = test.store);
});
afterAll(() => test.stop());

const parallel = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)));
const error = { kind: 'internal', message: 'It broke.', action: 'Mend it.' } as const;
async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(test.databaseUrl);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}
async function statuses(id: string): Promise<string[]> {
  const said = ({ event }: RunEvent): string => (event.type === 'status' ? event.status : event.type);
  return (await test.store.events.since(id)).map(said);
}
async function queued(): Promise<string> {
  return (await runs.create(sampleRequest())).run.id;
}
async function running(): Promise<string> {
  const id = await queued();
  await runs.begin(id, sampleManifest());
  return id;
}

describe('create', () => {
  it('writes the run as queued, with the request as it was given', async () => {
    const request = sampleRequest({
      name: 'a name',
      tags: ['x', 'a, "b" {c}'],
      params: { site: 'z', deep: { a: [1, null] } },
    });
    const { run, created } = await runs.create(request);
    expect(created).toBe(true);
    expect(run).toMatchObject({ status: 'queued', request, name: 'a name', tags: request.tags, attempts: 0 });
    expect(run).toMatchObject({ progress: null, error: null, startedAt: null, finishedAt: null });
    expect(await runs.get(run.id)).toEqual(run);
    expect(await statuses(run.id)).toEqual(['queued']);
  });

  it('gives one run to 20 calls at once with one key', async () => {
    const answers = await parallel(20, () => runs.create(sampleRequest(), 'key-20'));
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(await statuses(answers[0]?.run.id ?? '')).toEqual(['queued']);
  });

  it('takes the same request with its keys in another order as the same', async () => {
    const first = await runs.create(sampleRequest({ params: { a: 1, b: 2 } }), 'key-order');
    const second = await runs.create(sampleRequest({ params: { b: 2, a: 1 } }), 'key-order');
    expect(second).toEqual({ run: first.run, created: false });
  });

  it('refuses a key that was used for another request, and writes no run', async () => {
    await runs.create(sampleRequest(), 'key-other');
    const before = await query('SELECT count(*) FROM "Run"');
    await expect(runs.create(sampleRequest({ seed: 1 }), 'key-other')).rejects.toMatchObject({ kind: 'conflict' });
    expect(await query('SELECT count(*) FROM "Run"')).toEqual(before);
  });

  it('makes a run for each call without a key', async () => {
    const answers = await parallel(20, () => runs.create(sampleRequest()));
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(20);
  });

  it.each(['a\0b', 'half a pair: \ud800'])('refuses text that Postgres cannot hold: %j', async (name) => {
    await expect(runs.create(sampleRequest({ params: { name } }))).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});

describe('get', () => {
  it.each(['', 'x', "' OR 1=1 --", '\0', uuidV7()])('does not find %j', async (id) => {
    const calls = [
      () => runs.get(id),
      () => runs.result(id),
      () => runs.manifest(id),
      () => runs.cancel(id),
      () => runs.fail(id, error),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ kind: 'not-found' });
    }
  });
});

describe('the reconciler', () => {
  it('is given what was recorded and never started', async () => {
    const [waiting, confirmed, begun, cancelled] = await parallel(4, queued);
    await runs.confirmStarted(confirmed ?? '');
    await runs.begin(begun ?? '', sampleManifest());
    await runs.cancel(cancelled ?? '');
    const ids = await runs.unstarted(0);
    expect(ids).toContain(waiting);
    for (const id of [confirmed, begun, cancelled]) expect(ids).not.toContain(id);
    expect(await runs.unstarted(60)).toEqual([]);
  });
});

describe('begin', () => {
  it('does not move the start when it is repeated', async () => {
    const id = await queued();
    await parallel(20, () => runs.begin(id, sampleManifest()));
    const { startedAt, status } = await runs.get(id);
    expect(status).toBe('running');
    await runs.begin(id, { ...sampleManifest(), patchbay: 'another' });
    expect((await runs.get(id)).startedAt).toBe(startedAt);
    expect(await runs.manifest(id)).toEqual(sampleManifest());
    expect(await statuses(id)).toEqual(['queued', 'running']);
  });

  it('is refused once the run has ended', async () => {
    const id = await queued();
    await runs.cancel(id);
    await expect(runs.begin(id, sampleManifest())).rejects.toMatchObject({ kind: 'conflict', message: /is cancelled/ });
  });
});

describe('succeed', () => {
  it('keeps the result and makes its nodes rows, once', async () => {
    const id = await running();
    const result = sampleResult({ 'a9.h9': -1.5, 'a3.h0@7': 1e-300, m3: 0.1 });
    await parallel(20, () => runs.succeed(id, result));
    expect(await runs.result(id)).toEqual(result);
    expect((await runs.get(id)).finishedAt).not.toBeNull();
    const nodes = await query(`SELECT name, effect FROM "CircuitNode" n JOIN "Circuit" c ON c.id = n."circuitId"
      WHERE c."runId" = '${id}' ORDER BY name`);
    expect(nodes).toEqual([
      { name: 'a3.h0@7', effect: 1e-300 },
      { name: 'a9.h9', effect: -1.5 },
      { name: 'm3', effect: 0.1 },
    ]);
    expect(await statuses(id)).toEqual(['queued', 'running', 'succeeded']);
  });

  it('keeps importance by node, and by edge in one column in the graph’s order', async () => {
    const id = await running();
    const { manifest, ...rest } = sampleResult({ m0: -1.5 });
    const model = { ...manifest.model, graph: { layers: 1, heads: 1, mlps: true } };
    const conventions = { importance: '-effect' };
    const edges = { 'input->m0': -2, 'm0->logits': 0.5 };
    await runs.succeed(id, { ...rest, edges, manifest: { ...manifest, model, conventions } });
    const [row] =
      await query(`SELECT n.importance, c.edges FROM "Circuit" c JOIN "CircuitNode" n ON n."circuitId" = c.id
      WHERE c."runId" = '${id}'`);
    expect(row?.['importance']).toBe(1.5);
    const bytes = Uint8Array.from(row?.['edges'] as Uint8Array);
    // q, k, v of the only head, then into the MLP from input and head, then into the logits
    expect([...new Float32Array(bytes.buffer)]).toEqual([NaN, NaN, NaN, 2, NaN, NaN, NaN, -0.5]);
  });

  it('is refused for a run that has not begun, and leaves nothing', async () => {
    const id = await queued();
    await expect(runs.succeed(id, sampleResult())).rejects.toMatchObject({ kind: 'conflict' });
    await expect(runs.result(id)).rejects.toMatchObject({ kind: 'not-found' });
    expect(await statuses(id)).toEqual(['queued']);
  });

  it('leaves nothing where its last statement fails', async () => {
    const id = await running();
    await expect(runs.succeed(id, sampleResult({ 'a\0': 1 }))).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(await runs.get(id)).toMatchObject({ status: 'running', finishedAt: null });
  });
});

describe('a run that has ended', () => {
  const endings = {
    succeeded: (id: string) => runs.succeed(id, sampleResult()),
    failed: (id: string) => runs.fail(id, error),
    cancelled: (id: string) => runs.cancel(id),
  };

  it.each(Object.keys(endings) as (keyof typeof endings)[])('stays as it is: %s', async (ending) => {
    const id = await running();
    await endings[ending](id);
    const ended = await runs.get(id);
    expect(ended.status).toBe(ending);
    await runs.progress(id, { stage: 'late', done: 1, total: 2, etaSeconds: null });
    await Promise.allSettled(Object.values(endings).map((end) => end(id)));
    await Promise.allSettled([runs.begin(id, sampleManifest())]);
    expect(await runs.get(id)).toEqual(ended);
    expect(await statuses(id)).toEqual(['queued', 'running', ending]);
  });

  it('ended one way, whoever raced', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await running();
      await Promise.allSettled([...Object.values(endings), ...Object.values(endings)].map((end) => end(id)));
      expect((await statuses(id)).slice(2)).toEqual([(await runs.get(id)).status]);
    }
  });
});
