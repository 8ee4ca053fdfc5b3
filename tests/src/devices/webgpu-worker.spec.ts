import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  finished,
  getRun,
  newHome,
  removeHome,
  resultOf,
  type RunningStack,
  startStack,
  submit,
  until,
} from '../platform/stack.js';
import { useSwiftShader } from '../setup/find-swiftshader.js';
import { TOLERANCE } from './compare-devices.js';

/** Scope: a worker for each device; a run goes to its device's worker, and one that no worker serves is told so. */

const home = newHome();
let stack: RunningStack;
beforeAll(async () => {
  useSwiftShader();
  stack = await startStack(home, { PATCHBAY_DEVICES: 'cpu,webgpu' });
}, 600_000);
afterAll(async () => {
  await stack.stop();
  removeHome(home);
});

const request = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching', pairs: 2 };

describe('a platform with workers for cpu and webgpu', () => {
  it('says which devices are served', async () => {
    const served = async () =>
      ((await (await fetch(`${stack.url}/v1/health`)).json()) as { devices: string[] }).devices.join();
    await until(async () => (await served()) === 'cpu,webgpu', 30_000);
  });

  it('computes a run on the device that it names', async () => {
    const run = await submit(stack.url, { ...request, device: 'webgpu' });
    expect(await finished(stack.url, run.id)).toMatchObject({ status: 'succeeded', attempts: 0 });
    const { nodes, manifest } = await resultOf(stack.url, run.id);
    expect(manifest.engine.device).toBe('webgpu');
    const here = await discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home });
    for (const [name, effect] of Object.entries(here.nodes)) {
      expect(Math.abs((nodes[name] ?? NaN) - effect), name).toBeLessThan(TOLERANCE);
    }
  });

  it('tells a run for another device that no worker serves it', async () => {
    const run = await submit(stack.url, { ...request, device: 'cuda' });
    const stage = async () => (await getRun(stack.url, run.id)).progress?.stage ?? '';
    await until(async () => (await stage()).includes('no worker serves cuda'), 15_000);
  });
});
