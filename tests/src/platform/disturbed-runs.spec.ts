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
  // some six seconds of work: a kill at the first sign of progress finds units in flight on a much faster machine too
  pairs: 800,
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

async function killWorkerOnceBeyond(runId: string, done: number): Promise<void> {
  await until(async () => ((await getRun(stack.url, runId)).progress?.done ?? 0) > done, 60_000);
  const workers = processesOf(home).filter(({ command }) => /worker.dist.main\.js/.test(command));
  expect(workers).toHaveLength(1);
  for (const { pid } of workers) process.kill(pid, 'SIGKILL');
}

it('a killed worker comes back, and the run ends with the same scores, no unit stored twice', async () => {
  const run = await submit(stack.url, request);
  // twice, since one kill in a hundred falls between two units and then no unit is tried again
  await killWorkerOnceBeyond(run.id, 0);
  await killWorkerOnceBeyond(run.id, (await getRun(stack.url, run.id)).progress?.done ?? 0);

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
}, 300_000);

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
