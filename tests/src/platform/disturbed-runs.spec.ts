import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processesOf } from './processes.js';
import {
  type RunningStack,
  finished,
  getRun,
  newHome,
  removeHome,
  resultOf,
  startStack,
  submit,
  until,
} from './stack.js';

/**
 * Scope: runs that are disturbed. Kill -9 of the worker costs at most the units in flight and changes no number;
 * cancelling reaches what computes.
 */

const request = {
  model: 'tinytasks',
  task: 'docstring',
  // some seconds of work even on a fast machine, so that the kill finds it in the middle
  pairs: 400,
  method: 'activation-patching',
  params: { positions: 'each', direction: 'denoising' },
};
const home = newHome();
let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(home);
});
afterAll(async () => {
  await stack.stop();
  removeHome(home);
});

interface UnitEvent {
  event: { type: string; round: number; unit: number; attempt: number };
}

async function unitEvents(id: string): Promise<UnitEvent['event'][]> {
  const text = await (await fetch(`${stack.url}/v1/runs/${id}/events`)).text();
  const data = [...text.matchAll(/^data: ?(.+)$/gm)].map(([, json]) => JSON.parse(json ?? '') as UnitEvent);
  return data.map(({ event }) => event).filter(({ type }) => type === 'unit');
}

it('a killed worker comes back, and the run ends with the same scores, no unit stored twice', async () => {
  const run = await submit(stack.url, request);
  await until(async () => ((await getRun(stack.url, run.id)).progress?.done ?? 0) > 0.5, 60_000);
  expect((await getRun(stack.url, run.id)).status).toBe('running');
  const workers = processesOf(home).filter(({ command }) => /worker.dist.main\.js/.test(command));
  expect(workers).toHaveLength(1);
  for (const { pid } of workers) process.kill(pid, 'SIGKILL');

  const ended = await finished(stack.url, run.id, 180_000);
  expect(ended.status).toBe('succeeded');
  expect(ended.attempts).toBeGreaterThan(0);
  const result = await resultOf(stack.url, run.id);
  const direct = await discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home });
  expect(result.nodes).toEqual(direct.nodes);

  const units = await unitEvents(run.id);
  const names = units.map(({ round, unit }) => `${round}/${unit}`);
  expect(new Set(names).size).toBe(names.length);
  expect(units.some(({ attempt }) => attempt > 1)).toBe(true);
});

it('a cancelled run ends within 5 s, and nothing more is computed for it', async () => {
  const run = await submit(stack.url, { ...request, seed: 1 });
  await until(async () => (await getRun(stack.url, run.id)).status === 'running', 60_000);
  const asked = performance.now();
  const response = await fetch(`${stack.url}/v1/runs/${run.id}/cancel`, { method: 'POST' });
  expect(response.ok).toBe(true);
  expect((await finished(stack.url, run.id)).status).toBe('cancelled');
  expect(performance.now() - asked).toBeLessThan(5_000);
  const before = (await unitEvents(run.id)).length;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect((await unitEvents(run.id)).length).toBe(before);
});
