import { MAX_TASK_BYTES, problemSchema } from '@patchbay/contracts';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function refused(path: string, body: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await api.ask('POST', path, { body, headers });
  expect(answer.headers['content-type'], answer.text).toBe('application/problem+json');
  return problemSchema.parse(answer.json);
}

describe('a body', () => {
  it.each([
    ['{"model":', 400],
    ['{} {}', 400],
    ["{'model': 1}", 400],
    ['{"pairs": NaN}', 400],
    ['\uFEFF{', 400],
    [Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400],
    [`${'['.repeat(40)}${']'.repeat(40)}`, 400],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400],
  ])('that is not JSON, or too deep, is refused (%#)', async (body, status) => {
    expect((await refused('/v1/runs', body)).status).toBe(status);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json; charset=utf-16',
    '',
  ])('of type %j is refused', async (type) => {
    expect((await refused('/v1/runs', JSON.stringify(ioiRun), { 'Content-Type': type })).status).toBe(415);
  });

  it('that is compressed is refused', async () => {
    expect((await refused('/v1/runs', 'x', { 'Content-Encoding': 'gzip' })).status).toBe(415);
  });

  it('may name its charset', async () => {
    const headers = { 'Content-Type': 'application/json; charset=UTF-8' };
    expect((await api.ask('POST', '/v1/runs', { body: ioiRun, headers })).status).toBe(202);
  });

  it('of more than 1 MB is refused', async () => {
    const body = JSON.stringify({ ...ioiRun, name: 'x'.repeat(1024 * 1024) });
    expect((await refused('/v1/runs', body)).status).toBe(413);
  });

  it('of more than 1 MB without a length is refused while it comes', async () => {
    const socket = connect(api.port, '127.0.0.1');
    const head = ['POST /v1/runs HTTP/1.1', `Host: 127.0.0.1:${api.port}`, 'Content-Type: application/json'];
    socket.write(`${[...head, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n`);
    socket.on('error', () => undefined); // the server hangs up on us
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let i = 0; i < 20; i += 1) socket.write(chunk);
    const text = await new Promise<string>((resolve) => {
      socket.once('data', (data) => {
        resolve(String(data));
      });
    });
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('of a task may be larger, up to its own limit', async () => {
    const line = JSON.stringify({ clean: 'a b', corrupted: 'c b', answer: 'd', wrong: 'e', label: 'x'.repeat(2000) });
    const jsonl = `${line}\n`.repeat(2200);
    expect(jsonl.length).toBeGreaterThan(4 * 1024 * 1024);
    const answer = await api.ask('POST', '/v1/tasks', { body: { name: 'large', jsonl } });
    expect(answer.status, answer.text.slice(0, 300)).toBe(201);
    const body = JSON.stringify({ name: 'larger', jsonl: 'x'.repeat(MAX_TASK_BYTES * 1.6) });
    expect((await refused('/v1/tasks', body)).status).toBe(413);
  });
});

describe('a body that breaks off', () => {
  it('is no error of ours', async () => {
    const lines: string[] = [];
    const log = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const socket = connect(api.port, '127.0.0.1');
    const head = ['POST /v1/models HTTP/1.1', `Host: 127.0.0.1:${api.port}`, 'Content-Type: application/json'];
    socket.write(`${[...head, 'Content-Length: 100'].join('\r\n')}\r\n\r\n{"name":`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    log.mockRestore();
    expect(lines).toEqual([]);
    expect((await api.ask('GET', '/v1/methods')).status).toBe(200);
  });
});
