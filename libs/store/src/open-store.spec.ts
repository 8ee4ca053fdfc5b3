import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from './open-store.js';
import { sampleManifest, sampleRequest, sampleResult } from './testing/samples.js';
import { startTestStore, type TestStore } from './testing/test-store.js';

let test: TestStore;
const unhandled: unknown[] = [];
const remember = (error: unknown): void => void unhandled.push(error);
beforeAll(async () => {
  test = await startTestStore();
});
beforeEach(() => {
  process.on('unhandledRejection', remember);
  process.on('uncaughtException', remember);
});
afterEach(() => {
  process.off('unhandledRejection', remember);
  process.off('uncaughtException', remember);
  expect(unhandled).toEqual([]);
});
afterAll(() => test.stop());

const artifactsUrl = 'file:///tmp/unused';

describe('openStore', () => {
  it('says that nothing answers, without the password', async () => {
    const databaseUrl = 'postgresql://user:hunter2@127.0.0.1:1/db';
    const failure = await openStore({ databaseUrl, artifactsUrl }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unavailable', message: 'Postgres at 127.0.0.1:1 does not answer.' });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it('says so too where something takes connections and never speaks', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(openStore({ databaseUrl: `postgresql://u@127.0.0.1:${port}/db`, artifactsUrl })).rejects.toMatchObject(
      {
        kind: 'unavailable',
      },
    );
    silent.close();
  });

  it('says that user, password or database are wrong', async () => {
    for (const wrong of [/\/\/postgres:[^@]*/, /[^/]*$/]) {
      const databaseUrl = test.databaseUrl.replace(wrong, (part) =>
        part.startsWith('//') ? '//postgres:wrong' : 'none',
      );
      await expect(openStore({ databaseUrl, artifactsUrl })).rejects.toMatchObject({
        kind: 'invalid-input',
        action: 'Correct DATABASE_URL.',
      });
    }
  });

  it('says that the migrations are missing', async () => {
    const databaseUrl = await test.postgres.createDatabase();
    await expect(openStore({ databaseUrl, artifactsUrl })).rejects.toMatchObject({ message: /lacks tables/ });
  });
});

describe('a store whose Postgres was killed', () => {
  it('fails with `unavailable` in whatever it does, and recovers', async () => {
    const { store } = test;
    const { run } = await store.runs.create(sampleRequest());
    await store.runs.begin(run.id, sampleManifest());
    await store.units.planRound(run.id, 0, [0], null);
    await test.postgres.crash();
    const calls = {
      ping: () => store.ping(),
      create: () => store.runs.create(sampleRequest(), 'key'),
      get: () => store.runs.get(run.id),
      list: () => store.runs.list({ limit: 1 }),
      succeed: () => store.runs.succeed(run.id, sampleResult()),
      cancel: () => store.runs.cancel(run.id),
      storePartial: () => store.units.storePartial(run.id, 0, 0, 1, 1, 1),
      counts: () => store.units.counts(run.id),
      append: () => store.events.append(run.id, { type: 'note', message: 'x' }),
      models: () => store.models.list(),
      task: () => store.tasks.add('t', '{}', 1),
    };
    for (let round = 0; round < 2; round++) {
      for (const [name, call] of Object.entries(calls)) {
        await expect(call(), name).rejects.toMatchObject({ kind: 'unavailable' });
      }
    }
    await test.postgres.restart();
    await vi.waitFor(() => store.ping(), 10_000);
    expect(await store.runs.get(run.id)).toMatchObject({ status: 'running' });
    await store.runs.succeed(run.id, sampleResult());
  });

  it('loses no run that it acknowledged, under load', async () => {
    const { store } = test;
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    for (let crash = 0; crash < 5; crash++) {
      let loading = true;
      const load = Array.from({ length: 8 }, async () => {
        while (loading) {
          await store.runs.create(sampleRequest({ tags: ['load'] })).then(
            ({ run }) => acknowledged.push(run.id),
            (error: unknown) => failures.push(error),
          );
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 150));
      await test.postgres.crash();
      await test.postgres.restart();
      await vi.waitFor(() => store.ping(), 10_000);
      loading = false;
      await Promise.all(load);
    }
    for (const id of acknowledged) expect((await store.runs.get(id)).status).toBe('queued');
    expect(acknowledged.length).toBeGreaterThan(50);
    for (const failure of failures) expect(failure).toMatchObject({ kind: 'unavailable' });
  });
});
