import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../open-store.js';
import type { EventStore } from '../store.js';
import { sampleRequest } from '../testing/samples.js';
import { startTestStore, type TestStore } from '../testing/test-store.js';
import { uuidV7 } from '../uuid-v7.js';

let test: TestStore;
let events: EventStore;
let run: string;
const newRun = async (): Promise<string> => (await test.store.runs.create(sampleRequest())).run.id;
beforeAll(async () => {
  test = await startTestStore();
  ({ events } = test.store);
});
beforeEach(async () => {
  run = await newRun();
});
afterAll(() => test.stop());

const note = (message: string): { type: 'note'; message: string } => ({ type: 'note', message });

describe('since', () => {
  it('gives what came after an id, oldest first', async () => {
    for (const message of ['one', 'two', 'three']) await events.append(run, note(message));
    const all = await events.since(run);
    expect(all.map(({ event }) => (event.type === 'note' ? event.message : event.type))).toEqual([
      'status',
      'one',
      'two',
      'three',
    ]);
    expect(await events.since(run, all[1]?.id)).toEqual(all.slice(2));
    expect(await events.since(run, all[3]?.id)).toEqual([]);
    expect(await events.since(await newRun(), all[3]?.id)).toHaveLength(1);
  });

  it.each(['', 'x', '-1', '1.5', '9'.repeat(19), '1; DROP TABLE "Run"'])('refuses the id %j', async (after) => {
    await expect(events.since(run, after)).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('never lets a reader that resumes at the newest id miss one', async () => {
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let index = 0; index < 25; index++) await events.append(run, note(`${writer}.${index}`));
      }),
    ).finally(() => (writing = false));
    const seen: string[] = [];
    let after: string | undefined;
    for (let last = false; !last;) {
      last = !writing;
      for (const { id } of await events.since(run, after)) {
        seen.push(id);
        after = id;
      }
    }
    await writers;
    expect(seen).toHaveLength(1 + 8 * 25);
  });
});

describe('append', () => {
  it('refuses a run that does not exist', async () => {
    await expect(events.append(uuidV7(), note('x'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('watch', () => {
  it('calls all who watch the run, and no one else, until they stop', async () => {
    const other = await newRun();
    const [first, second, elsewhere] = [vi.fn(), vi.fn(), vi.fn()];
    const stop = await events.watch(run, first);
    await events.watch(run.toUpperCase(), second);
    await events.watch(other, elsewhere);
    await events.append(run, note('news'));
    await vi.waitFor(() => expect([first, second].map((watcher) => watcher.mock.calls.length)).toEqual([1, 1]));
    stop();
    await events.append(run, note('more'));
    await vi.waitFor(() => expect(second).toHaveBeenCalledTimes(2));
    expect(first).toHaveBeenCalledTimes(1);
    expect(elsewhere).not.toHaveBeenCalled();
  });

  it('hears of a change of status that another process made', async () => {
    const watcher = vi.fn();
    await events.watch(run, watcher);
    const elsewhere = await openStore(test);
    await elsewhere.runs.cancel(run);
    await elsewhere.close();
    await vi.waitFor(() => expect(watcher).toHaveBeenCalled());
    expect((await events.since(run)).at(-1)?.event).toEqual({ type: 'status', status: 'cancelled', error: null });
  });

  it('goes on by itself after Postgres was away, and tells of what it may have missed', async () => {
    const watcher = vi.fn();
    await events.watch(run, watcher);
    await test.postgres.crash();
    await sleep(700); // at least one try to connect fails
    await expect(events.append(run, note('lost'))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(watcher).not.toHaveBeenCalled();
    await test.postgres.restart();
    await vi.waitFor(() => expect(watcher).toHaveBeenCalledTimes(1), 10_000);
    await events.append(run, note('again'));
    await vi.waitFor(() => expect(watcher).toHaveBeenCalledTimes(2));
  });

  it('says that Postgres is away to who starts watching meanwhile', async () => {
    const store = await openStore(test);
    await test.postgres.crash();
    await expect(store.events.watch(run, () => undefined)).rejects.toMatchObject({ kind: 'unavailable' });
    await test.postgres.restart();
    const watcher = vi.fn();
    await vi.waitFor(() => store.events.watch(run, watcher), 10_000);
    await vi.waitFor(() => store.events.append(run, note('x')), 10_000);
    await vi.waitFor(() => expect(watcher).toHaveBeenCalled());
    await store.close();
  });
});
