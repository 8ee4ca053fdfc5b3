import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { promptCodesSchema, type RunStatus, type RunView } from '@patchbay/contracts';
import { event, events, FakeApi, json, runId, runView } from './testing/fake-api.js';
import { runCli } from './testing/run-cli.js';

const wanted = ['--model', 'tinytasks', '--task', 'tinytasks/ioi', '--method', 'eap'];
const progress = (done: number) => ({ stage: 'patching', done, total: 4, etaSeconds: null });

describe('commands over the API', () => {
  let api: FakeApi;
  afterEach(() => {
    api.stop();
  });

  /** An API whose one run ends as said, its events coming in two broken connections. */
  async function apiWithRun(status: RunStatus, error: RunView['error'] = null): Promise<FakeApi> {
    const history = [
      event(1, { type: 'status', status: 'running', error: null }),
      event(2, { type: 'progress', progress: progress(2) }),
      event(3, { type: 'progress', progress: progress(4) }),
      event(4, { type: 'status', status, error }),
    ];
    return FakeApi.start({
      'POST /v1/runs': json(runView('queued'), 202),
      [`GET /v1/runs/${runId}/events`]: events(history, 2),
      [`GET /v1/runs/${runId}`]: json(runView(status, error)),
    });
  }

  it('submits a run with its parameters and follows it across a broken connection, as JSON lines', async () => {
    api = await apiWithRun('succeeded');
    const settings = ['--set', 'steps=5', '--set', 'rule=left', '--set', 'sites=["z"]', '--pairs', '8', '--seed', '3'];
    const { code, stdout } = await runCli(['run', ...wanted, ...settings, '--url', api.url]);
    expect(code).toBe(0);
    const sent: unknown = JSON.parse(api.requests[0]?.body ?? '');
    expect(sent).toMatchObject({ params: { steps: 5, rule: 'left', sites: ['z'] }, pairs: 8, seed: 3, device: 'cpu' });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event?: { id: string }; run?: RunView });
    expect(lines.map((line) => line.event?.id ?? line.run?.status)).toEqual([
      'queued',
      '1',
      '2',
      '3',
      '4',
      'succeeded',
    ]);
    const opened = api.requests.filter(({ route }) => route.endsWith('/events'));
    expect(opened.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '2']);
  });

  it('says on stderr why a run failed and what to do, without a stack trace', async () => {
    api = await apiWithRun('failed', {
      kind: 'out-of-memory',
      message: 'There is no room.',
      action: 'Take fewer pairs.',
    });
    const { code, stderr } = await runCli(['run', ...wanted], { PATCHBAY_URL: api.url });
    expect(stderr).toBe('error: There is no room.\nTake fewer pairs.\n');
    expect(code).toBe(1);
  });

  it('ends with 130 when the run was cancelled', async () => {
    api = await apiWithRun('cancelled');
    expect((await runCli(['run', ...wanted, '--url', api.url])).code).toBe(130);
  });

  it('passes on what the API says is wrong', async () => {
    const problem = { type: 'urn:patchbay:problem:invalid-input', title: 'Unprocessable Content', status: 422 };
    api = await FakeApi.start({
      'POST /v1/runs': json({ ...problem, detail: 'There is no model "x".', action: 'Name another.' }, 422),
    });
    const { code, stderr } = await runCli(['run', ...wanted, '--url', api.url]);
    expect(stderr).toBe('error: There is no model "x".\nName another.\n');
    expect(code).toBe(1);
  });

  it('codes prompts with the autoencoder of a run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-spec-code-'));
    const [result, prompts, out] = ['r.json', 'prompts.jsonl', 'codes.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const home = { PATCHBAY_HOME: join(folder, 'home') };
    const request = ['--model', 'tinytasks', '--task', 'tinytasks/ioi', '--method', 'head-codes', '--pairs', '8'];
    expect(await runCli(['discover', ...request, '--set', 'epochs=5', '--out', result], home)).toMatchObject({
      code: 0,
    });
    await writeFile(prompts, '{"clean":"<bos> Tom gave a ball to"}');
    const file = await readFile(join(folder, 'r.autoencoder-0.safetensors'));
    api = await FakeApi.start({
      [`GET /v1/runs/${runId}`]: json(runView('succeeded')),
      [`GET /v1/runs/${runId}/files/autoencoder-0.safetensors`]: (response) => response.writeHead(200).end(file),
    });
    const code = ['code', '--run', runId, '--prompts', prompts, '--out', out, '--url', api.url];
    expect(await runCli(code, home)).toMatchObject({ code: 0, stderr: '' });
    const codes = promptCodesSchema.parse(JSON.parse(await readFile(out, 'utf8')));
    expect(codes.model.name).toBe('tinytasks');
    expect(codes.prompts).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it('lists runs as a table and as JSON, with its filters', async () => {
    api = await FakeApi.start({
      'GET /v1/runs': json({ runs: [runView('running')], next: null }),
      'GET /v1/runs?status=failed': json({ runs: [], next: null }),
    });
    const table = await runCli(['runs', '--url', api.url]);
    expect(table.stdout.split('\n')[1]).toMatch(new RegExp(`^${runId}  running  eap `));
    const none = await runCli(['runs', '--status', 'failed', '--json', '--url', api.url]);
    expect(JSON.parse(none.stdout)).toEqual([]);
  });

  it('says so when what answers is something else', async () => {
    api = await FakeApi.start({ 'GET /v1/models': json({ hello: 'world' }) });
    for (const command of ['models', 'tasks']) {
      const { code, stderr } = await runCli([command, '--url', api.url]);
      expect(stderr).toContain('not the API of this version');
      expect(code).toBe(1);
    }
  });

  it('says how to start the API when nothing answers', async () => {
    api = await FakeApi.start({});
    const { url } = api;
    api.stop();
    const { code, stderr } = await runCli(['runs', '--url', url]);
    expect(stderr).toContain('patchbay up');
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
    const debugged = await runCli(['runs', '--url', url], { PATCHBAY_DEBUG: '1' });
    expect(debugged.stderr).toContain('ECONNREFUSED');
  });
});
