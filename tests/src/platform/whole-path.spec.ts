import { runRequestSchema, type RunView } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from './processes.js';
import { type RunningStack, finished, newHome, removeHome, resultOf, startStack, submit, until } from './stack.js';

/**
 * Scope: one run through everything (HTTP, Postgres, Temporal, worker, compute child) gives the numbers that the same
 * libraries give in a script; a circuit kept under a name is evaluated; a second start finds it; nothing is left running.
 */

const request = {
  model: 'tinytasks',
  task: 'tinytasks/ioi',
  method: 'activation-patching',
  pairs: 32,
  name: 'whole path',
};
const home = newHome();
let stack: RunningStack;
let run: RunView;

beforeAll(async () => {
  stack = await startStack(home);
  run = await submit(stack.url, request);
});
afterAll(async () => {
  await stack.stop();
  removeHome(home);
});

describe('a run through the platform', () => {
  it('ends with the scores of the same run in a script, to the last bit', async () => {
    expect((await finished(stack.url, run.id)).status).toBe('succeeded');
    const result = await resultOf(stack.url, run.id);
    const spec = { request: runRequestSchema.parse(request), modelSource: 'tinytasks' };
    const direct = await discover(spec, { home });
    expect(result.nodes).toEqual(direct.nodes);
    expect(result.perExample).toEqual(direct.perExample);
    expect(result.baseline).toEqual(direct.baseline);
    expect(result.manifest.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells its history as events, which a client resumes by id', async () => {
    const read = async (after?: string): Promise<string[]> => {
      const headers = after ? { 'last-event-id': after } : undefined;
      const text = await (await fetch(`${stack.url}/v1/runs/${run.id}/events`, { headers })).text();
      return [...text.matchAll(/^id: ?(.+)$/gm)].map(([, id]) => id ?? '');
    };
    const all = await read();
    expect(all.length).toBeGreaterThan(3);
    expect(await read(all[1])).toEqual(all.slice(2));
  });

  it('evaluates a circuit that is kept under a name, as a script evaluates its file', async () => {
    const eap = await submit(stack.url, { ...request, method: 'eap' });
    expect((await finished(stack.url, eap.id)).status).toBe('succeeded');
    const kept = await fetch(`${stack.url}/v1/circuits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'best-forty', run: eap.id, top: 40 }),
    });
    expect(kept.status).toBe(201);
    const evaluation = { ...request, method: 'faithfulness', circuit: 'best-forty', params: { randomCircuits: 0 } };
    const evaluated = await submit(stack.url, evaluation);
    expect((await finished(stack.url, evaluated.id)).status).toBe('succeeded');
    const { tables, manifest } = await resultOf(stack.url, evaluated.id);
    const circuitText = await (await fetch(`${stack.url}/v1/circuits/best-forty/file`)).text();
    const spec = { request: runRequestSchema.parse(evaluation), modelSource: 'tinytasks', circuitText };
    const direct = await discover(spec, { home });
    expect(tables).toEqual(direct.tables);
    expect(manifest.circuit).toEqual(direct.manifest.circuit);
  });

  it('is there after a stop and a second start, and Ctrl-C leaves no process behind', async () => {
    expect(processesOf(home).length).toBeGreaterThan(4);
    expect(await stack.stop()).toBe(0);
    await until(() => processesOf(home).length === 0, 10_000);
    stack = await startStack(home);
    const again = await resultOf(stack.url, run.id);
    expect(again.manifest.request.name).toBe('whole path');
  });
});
