import { autoencoderFile, problemSchema, promptCodesSchema, type RunView } from '@patchbay/contracts';
import { Experiments } from '@patchbay/methods';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStack, finished, newHome, removeHome, resultOf, startStack, submit } from './stack.js';

/**
 * Scope: new prompts coded with the autoencoder that a run left behind, through HTTP, Temporal, worker and compute child,
 * with no training: the codes are those of the same library in a script.
 */

const home = newHome();
let stack: RunningStack;
let run: RunView;
let other: RunView;

beforeAll(async () => {
  stack = await startStack(home);
  const request = { model: 'tinytasks', task: 'tinytasks/ioi', pairs: 30 };
  const params = { epochs: 60, features: 40, seeds: 2 };
  run = await submit(stack.url, { ...request, method: 'head-codes', params });
  other = await submit(stack.url, { ...request, method: 'activation-patching' });
  expect((await finished(stack.url, run.id)).status).toBe('succeeded');
  expect((await finished(stack.url, other.id)).status).toBe('succeeded');
});
afterAll(async () => {
  await stack.stop();
  removeHome(home);
});

const texts = ['<bos> Tom gave a ball to', '<bos> The war lasted from the year 11'];
const jsonl = texts.map((clean) => JSON.stringify({ clean })).join('\n');
const ask = (id: string, body: unknown): Promise<Response> =>
  fetch(`${stack.url}/v1/runs/${id}/codes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('POST /v1/runs/ID/codes', () => {
  it.each([0, 1])('codes with autoencoder %d of the run, as the library does', async (seed) => {
    const name = autoencoderFile(seed);
    const answer = await ask(run.id, { jsonl, file: name });
    expect(answer.status).toBe(200);
    const codes = promptCodesSchema.parse(await answer.json());
    expect(codes.prompts.map(({ text }) => text)).toEqual(texts);
    expect(codes.heads).toEqual(Object.keys((await resultOf(stack.url, run.id)).nodes));

    const file = await fetch(`${stack.url}/v1/runs/${run.id}/files/${name}`);
    const autoencoder = { name, bytes: new Uint8Array(await file.arrayBuffer()) };
    const experiments = new Experiments({ home });
    const direct = await experiments.code({ model: 'tinytasks', device: 'cpu', autoencoder, prompts: jsonl });
    await experiments.close();
    expect(codes).toEqual(direct);
  });

  it('takes the first autoencoder where none is named, and gives the same answer again', async () => {
    const [first, again] = await Promise.all([ask(run.id, { jsonl }), ask(run.id, { jsonl })]);
    const codes: unknown = await first.json();
    expect(codes).toEqual(await again.json());
    expect(codes).toEqual(await (await ask(run.id, { jsonl, file: autoencoderFile(0) })).json());
    expect(codes).not.toEqual(await (await ask(run.id, { jsonl, file: autoencoderFile(1) })).json());
  });

  it.each([
    [
      'a prompt that is none',
      () => ({ id: run.id, body: { jsonl: '{"clean":1}' } }),
      422,
      /^Line 1: "clean" is missing/,
    ],
    ['no prompts', () => ({ id: run.id, body: { jsonl: '\n' } }), 422, /empty/],
    ['a file that the run has not', () => ({ id: run.id, body: { jsonl, file: 'x' } }), 404, /left no file/],
    ['a run with no autoencoder', () => ({ id: other.id, body: { jsonl } }), 404, /left no file/],
    ['a run that there is not', () => ({ id: '01936f5e-0000-7000-8000-000000000000', body: { jsonl } }), 404, /no run/],
    ['another body', () => ({ id: run.id, body: { prompts: texts } }), 422, /./],
  ])('refuses %s and says so', async (_, asked, status, detail) => {
    const { id, body } = asked();
    const answer = await ask(id, body);
    const problem = problemSchema.parse(await answer.json());
    expect(problem).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });
});
