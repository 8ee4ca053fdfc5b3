import { afterEach, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/api-client.js';
import { event, events, FakeApi, json, runId, runView } from '../testing/fake-api.js';
import { watchRun } from './follow-run.js';

let api: FakeApi;
afterEach(() => {
  vi.restoreAllMocks();
  api.stop();
});

it('people who watch a run are told how far it is and what it notes', async () => {
  const progress = { stage: 'waiting: no worker serves cuda', done: 0, total: 0, etaSeconds: null };
  const history = [
    event(1, { type: 'progress', progress }),
    event(2, { type: 'note', message: 'No worker serves cuda (none runs): the run starts once one does.' }),
    event(3, { type: 'status', status: 'succeeded', error: null }),
  ];
  api = await FakeApi.start({
    [`GET /v1/runs/${runId}/events`]: events(history, 3),
    [`GET /v1/runs/${runId}`]: json(runView('succeeded')),
  });
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const ended = await watchRun(new ApiClient(api.url), runView('queued'), new AbortController().signal);
  expect(ended.status).toBe('succeeded');
  expect(said).toEqual([
    expect.stringMatching(/^Run .*: ░+ waiting: no worker serves cuda\n$/),
    `Run ${runId}: No worker serves cuda (none runs): the run starts once one does.\n`,
  ]);
});
