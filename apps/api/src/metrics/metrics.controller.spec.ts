import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporal, type TestTemporal } from '../testing/temporal.js';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';

let temporal: TestTemporal;
let api: TestApi;
beforeAll(async () => {
  temporal = await startTemporal();
  api = await startTestApi({ temporal });
});
afterAll(async () => {
  await api.close();
  await temporal.stop();
});

const ask = () => api.ask('GET', '/v1/metrics');
const scrape = async (): Promise<Map<string, number>> => readSamples((await ask()).text);

/** The samples of Prometheus' text format by name and labels; whatever else a line holds makes this throw. */
function readSamples(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([a-z_][a-z0-9_]*(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      if (name === '' || Number.isNaN(Number(value.replace('+Inf', 'Infinity')))) throw new Error(`no sample: ${line}`);
      return [name, Number(value)];
    }),
  );
}

describe('GET /v1/metrics', () => {
  it('tells how many runs there are of each status and how many tasks wait that no worker takes', async () => {
    expect((await ask()).headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await scrape()).toSatisfy(
      (samples: Map<string, number>) =>
        samples.get('patchbay_runs{status="queued"}') === 0 && samples.get('patchbay_up{part="temporal"}') === 1,
    );
    for (let run = 0; run < 3; run++) expect((await api.ask('POST', '/v1/runs', { body: ioiRun })).status).toBe(202);
    await expect
      .poll(async () => (await scrape()).get('patchbay_queue_tasks{queue="patchbay-control"}'), { timeout: 20_000 })
      .toBe(3);
    const samples = await scrape();
    expect(samples.get('patchbay_runs{status="queued"}')).toBe(3);
    expect(samples.get('patchbay_runs{status="succeeded"}')).toBe(0);
    expect(samples.get('patchbay_device_served{device="cpu"}')).toBe(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  it('counts requests under their route, never under what was asked for', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    for (let times = 0; times < 2; times++) await api.ask('GET', `/v1/runs/${id}`);
    await api.ask('GET', '/v1/no-such-route');
    const { text } = await ask();
    const samples = readSamples(text);
    const labels = 'method="GET",route="/v1/runs/:id",status="404"';
    expect(samples.get(`patchbay_http_request_duration_seconds_count{${labels}}`)).toBe(2);
    expect(samples.get(`patchbay_http_request_duration_seconds_bucket{${labels},le="+Inf"}`)).toBe(2);
    expect(samples.get(`patchbay_http_request_duration_seconds_bucket{${labels},le="10"}`)).toBe(2);
    expect(samples.get('patchbay_http_request_duration_seconds_count{method="GET",route="other",status="404"}')).toBe(
      1,
    );
    expect(text).not.toContain(id);
    expect(text).not.toContain('no-such-route');
  });

  it('counts the event streams that are open, and not how long they are', async () => {
    const { json } = await api.ask('POST', '/v1/runs', { body: ioiRun });
    const { id } = json as { id: string };
    const closing = new AbortController();
    const stream = await fetch(`${api.url}/v1/runs/${id}/events`, { signal: closing.signal });
    expect(stream.status).toBe(200);
    expect((await scrape()).get('patchbay_event_streams')).toBe(1);
    closing.abort();
    await expect.poll(async () => (await scrape()).get('patchbay_event_streams')).toBe(0);
    expect((await ask()).text).not.toContain('/events');
  });

  it('says which part is away and leaves out what only that part knows', async () => {
    await api.postgres.crash();
    const samples = await scrape();
    expect(samples.get('patchbay_up{part="postgres"}')).toBe(0);
    expect(samples.get('patchbay_up{part="temporal"}')).toBe(1);
    expect([...samples.keys()].filter((name) => name.startsWith('patchbay_runs'))).toEqual([]);
    expect(samples.has('patchbay_queue_tasks{queue="patchbay-compute-cpu"}')).toBe(true);
    await api.postgres.restart();
    await expect.poll(async () => (await scrape()).get('patchbay_up{part="postgres"}'), { timeout: 10_000 }).toBe(1);
  });
});
