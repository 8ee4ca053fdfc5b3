import type { RunListQuery } from '@patchbay/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStore, type TestStore } from '../testing/test-store.js';

const RUNS = 10_000;
let test: TestStore;

beforeAll(async () => {
  test = await startTestStore();
  const client = new pg.Client(test.databaseUrl);
  await client.connect();
  // Ten runs in each millisecond, so that pages end between runs of the same age.
  await client.query(`
    INSERT INTO "Run" (id, status, method, model, task, request, tags, "createdAt")
    SELECT gen_random_uuid(), (ARRAY['queued', 'running', 'succeeded', 'failed', 'cancelled'])[1 + n % 5]::"RunStatus",
      'method-' || n % 7, 'model-' || n % 11, 'task-' || n % 13, jsonb_build_object('params', repeat('x', 500)),
      ARRAY['tag-' || n % 17, 'all'], timestamptz '2026-01-01' + (n / 10) * interval '1 millisecond'
    FROM generate_series(0, ${RUNS - 1}) AS n`);
  await client.query('ANALYZE');
  await client.end();
});
afterAll(() => test.stop());

async function* pages(query: RunListQuery): AsyncGenerator<string[]> {
  let cursor: string | undefined;
  do {
    const page = await test.store.runs.list({ ...query, cursor });
    yield page.runs.map(({ id }) => id);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

async function all(query: RunListQuery): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of pages(query)) ids.push(...page);
  return ids;
}

describe('countsByStatus', () => {
  it('counts every run under its status', async () => {
    const each = RUNS / 5;
    expect(await test.store.runs.countsByStatus()).toEqual({
      ...{ queued: each, running: each, succeeded: each, failed: each, cancelled: each },
    });
  });
});

describe('list', () => {
  it('shows each of 10 000 runs once, newest first, in pages', async () => {
    const ids = await all({ limit: 199 });
    expect(ids).toHaveLength(RUNS);
    expect(new Set(ids).size).toBe(RUNS);
    const { runs } = await test.store.runs.list({ limit: 200 });
    const ages = runs.map(({ createdAt }) => createdAt);
    expect([...ages].sort().reverse()).toEqual(ages);
  });

  it('says that there is no next page where the last one is full', async () => {
    let count = 0;
    for await (const page of pages({ limit: 200 })) {
      expect(page).toHaveLength(200);
      count++;
    }
    expect(count).toBe(RUNS / 200);
  });

  it('shows none twice while new ones arrive', async () => {
    const first = await test.store.runs.list({ limit: 100 });
    const client = new pg.Client(test.databaseUrl);
    await client.connect();
    await client.query(`INSERT INTO "Run" (id, method, model, task, request, tags)
      SELECT gen_random_uuid(), 'late', 'late', 'late', '{}', '{}' FROM generate_series(1, 50)`);
    const second = await test.store.runs.list({ limit: 100, cursor: first.next ?? '' });
    await client.query(`DELETE FROM "Run" WHERE method = 'late'`);
    await client.end();
    const shown = new Set(first.runs.map(({ id }) => id));
    expect(second.runs.filter(({ id }) => shown.has(id))).toEqual([]);
    expect(second.runs).toHaveLength(100);
  });

  it.each([
    [{ status: 'failed' as const }, 5],
    [{ method: 'method-3' }, 7],
    [{ model: 'model-3' }, 11],
    [{ task: 'task-3' }, 13],
    [{ tag: 'tag-3' }, 17],
    [{ tag: 'tag-3', method: 'method-3' }, 7 * 17],
  ])('filters by %j', async (filter, oneIn) => {
    const fitting = Array.from({ length: RUNS }, (_, n) => n).filter((n) => (n - 3) % oneIn === 0);
    expect(await all({ limit: 200, ...filter })).toHaveLength(fitting.length);
  });

  it.each(['tag-3,all', "' OR true --", 'tag-%'])('takes %j as a word, not as a pattern', async (tag) => {
    expect(await all({ limit: 200, tag })).toEqual([]);
  });

  it('refuses a cursor that it did not give', async () => {
    await expect(test.store.runs.list({ limit: 1, cursor: 'x' })).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('answers 95 of 100 times within 150 ms', async () => {
    const middle = await test.store.runs.list({ limit: 200 });
    const queries: Partial<RunListQuery>[] = [
      ...[{}, { cursor: middle.next ?? '' }, { status: 'running' as const }, { model: 'model-5' }, { tag: 'tag-5' }],
      ...[{ tag: 'none' }, { method: 'method-1', status: 'failed' as const }],
    ];
    const milliseconds: number[] = [];
    for (let call = 0; call < 140; call++) {
      const from = performance.now();
      await test.store.runs.list({ limit: 50, ...queries[call % queries.length] });
      milliseconds.push(performance.now() - from);
    }
    milliseconds.sort((a, b) => a - b);
    expect(milliseconds[Math.floor(0.95 * milliseconds.length)]).toBeLessThan(150);
  });
});
