import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../database/connect.js';
import { openStore } from '../open-store.js';
import type { EventStore } from '../store.js';
import { sampleRequest } from '../testing/samples.js';
import { startTestStore, type TestStore } from '../testing/test-store.js';
import { uuidV7 } from '../uuid-v7.js';
import { appendEvent } from './append-event.js';

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

  it('never shows a later event before an earlier one, which a reader that resumes behind it would miss', async () => {
    const database = connect(test.databaseUrl);
    const gate = new EventEmitter();
    const written = once(gate, 'written');
    const committing = once(gate, 'commit');
    const first = database.$transaction(async (transaction) => {
      await appendEvent(transaction, run, note('first'));
      gate.emit('written');
      await committing;
    });
    await written;
    const second = events.append(run, note('second'));
    await sleep(200);
    expect(await events.since(run)).toHaveLength(1);
    gate.emit('commit');
    await Promise.all([first, second]);
    const messages = (await events.since(run)).map(({ event }) => event.type === 'note' && event.message);
    expect(messages.slice(1)).toEqual(['first', 'second']);
    await database.$disconnect();
  });
});

describe('append', () => {
  it('refuses a run that does not exist', async () => {
    await expect(events.append(uuidV7(), note('x'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('watch', () => {
  it('calls all who watch the run, and no one else, until they stop', async () => {
    const [first, second, elsewhere] = [vi.fn(), vi.fn(), vi.fn()];
    const stop = await events.watch(run, first);
    await events.watch(run.toUpperCase(), second);
    await events.watch(uuidV7(), elsewhere);
    await events.append(run, note('news'));
    // The news that the run was created may still be on its way to them.
    await vi.waitFor(() => {
      for (const watcher of [first, second]) expect(watcher).toHaveBeenCalled();
    });
    stop();
    const heard = [first, second].map((watcher) => watcher.mock.calls.length);
    await events.append(run, note('more'));
    await vi.waitFor(() => {
      expect(second.mock.calls.length).toBeGreaterThan(heard[1] ?? 0);
    });
    expect(first).toHaveBeenCalledTimes(heard[0] ?? 0);
    expect(elsewhere).not.toHaveBeenCalled();
  });

  it('hears of a change of status that another process made', async () => {
    const watcher = vi.fn();
    await events.watch(run, watcher);
    const elsewhere = await openStore(test);
    await elsewhere.runs.cancel(run);
    await elsewhere.close();
    await vi.waitFor(() => {
      expect(watcher).toHaveBeenCalled();
    });
    expect((await events.since(run)).at(-1)?.event).toEqual({ type: 'status', status: 'cancelled', error: null });
  });

  it('goes on by itself after Postgres was away, and tells of what it may have missed', async () => {
    const watcher = vi.fn();
    await events.watch(run, watcher);
    await test.postgres.crash();
    await sleep(700); // at least one try to connect fails
    watcher.mockClear();
    await expect(events.append(run, note('lost'))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(watcher).not.toHaveBeenCalled();
    await test.postgres.restart();
    await vi.waitFor(() => {
      expect(watcher).toHaveBeenCalledTimes(1);
    }, 10_000);
    await events.append(run, note('again'));
    await vi.waitFor(() => {
      expect(watcher).toHaveBeenCalledTimes(2);
    });
  });

  it('says that Postgres is away to who starts watching meanwhile', async () => {
    const store = await openStore(test);
    await test.postgres.crash();
    await expect(store.events.watch(run, () => undefined)).rejects.toMatchObject({ kind: 'unavailable' });
    await test.postgres.restart();
    const watcher = vi.fn();
    await vi.waitFor(() => store.events.watch(run, watcher), 10_000);
    await vi.waitFor(() => store.events.append(run, note('x')), 10_000);
    await vi.waitFor(() => {
      expect(watcher).toHaveBeenCalled();
    });
    await store.close();
  });
});
