import { type RunEvent, runEventSchema, runViewSchema } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function newRun(): Promise<string> {
  return runViewSchema.parse((await api.ask('POST', '/v1/runs', { body: ioiRun })).json).id;
}

const note = (id: string, message: string) => api.store.events.append(id, { type: 'note', message });

/** Opens the stream and reads it until `enough` events have come or it ends. */
async function follow(id: string, after?: string, enough = Infinity): Promise<{ status: number; events: RunEvent[] }> {
  const headers: Record<string, string> = after === undefined ? {} : { 'Last-Event-ID': after };
  const hangUp = new AbortController();
  const response = await fetch(`${api.url}/v1/runs/${id}/events`, { headers, signal: hangUp.signal });
  const events: RunEvent[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const found = /^id: (\d+)\ndata: (.*)$/.exec(block);
      if (!found) continue;
      const event = runEventSchema.parse(JSON.parse(found[2] ?? ''));
      expect(event.id).toBe(found[1]);
      events.push(event);
    }
    if (events.length >= enough) break; // leaves the stream, which hangs up
  }
  return { status: response.status, events };
}

const messages = (events: RunEvent[]) =>
  events.map(({ event }) =>
    event.type === 'note' ? event.message : event.type === 'status' ? event.status : event.type,
  );

describe('GET /v1/runs/:id/events', () => {
  it('tells what has been, then what comes, and ends with the run', async () => {
    const id = await newRun();
    await note(id, 'before');
    const following = follow(id);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await note(id, 'while');
    await api.store.runs.cancel(id);
    const { status, events } = await following;
    expect(status).toBe(200);
    expect(messages(events)).toEqual(['queued', 'before', 'while', 'cancelled']);
  });

  it('goes on after Last-Event-ID, without a gap or a repeat', async () => {
    const id = await newRun();
    const seen: RunEvent[] = [];
    for (let i = 0; i < 5; i += 1) {
      await note(id, `note ${i}`);
      seen.push(...(await follow(id, seen.at(-1)?.id, 1)).events);
    }
    await api.store.runs.cancel(id);
    seen.push(...(await follow(id, seen.at(-1)?.id)).events);
    expect(messages(seen)).toEqual(['queued', ...[0, 1, 2, 3, 4].map((i) => `note ${i}`), 'cancelled']);
  });

  it('tells a client that has seen the end not to come back', async () => {
    const id = await newRun();
    await api.store.runs.cancel(id);
    const { events } = await follow(id);
    expect(await follow(id, events.at(-1)?.id)).toEqual({ status: 204, events: [] });
  });

  it('serves many at once, each the whole of it', async () => {
    const id = await newRun();
    const all = Promise.all(Array.from({ length: 50 }, () => follow(id)));
    for (let i = 0; i < 20; i += 1) await note(id, `note ${i}`);
    await api.store.runs.cancel(id);
    for (const { events } of await all) expect(events).toHaveLength(22);
  });

  it('is no JSON, is not stored by anybody and says when to come again', async () => {
    const id = await newRun();
    await api.store.runs.cancel(id);
    const response = await fetch(`${api.url}/v1/runs/${id}/events`);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toMatch(/^retry: \d+\n\n/);
  });

  it('ends when Postgres goes, and the next one resumes when it is back', async () => {
    const id = await newRun();
    const following = follow(id);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await api.postgres.crash();
    await api.postgres.restart();
    await expect
      .poll(
        () =>
          note(id, 'back').then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    const seen = (await Promise.race([following, follow(id, undefined, 2)])).events;
    await api.store.runs.cancel(id);
    expect(messages([...seen, ...(await follow(id, seen.at(-1)?.id)).events])).toEqual(['queued', 'back', 'cancelled']);
  });

  it.each(['abc', '-1', '1.5', '99999999999999999999', "1' OR '1'='1", '0x10'])(
    'refuses Last-Event-ID %j',
    async (after) => {
      expect((await follow(await newRun(), after)).status).toBe(422);
    },
  );
});
