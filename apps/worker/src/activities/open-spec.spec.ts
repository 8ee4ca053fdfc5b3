import { type Result, type RunRequest, runRequestSchema } from '@patchbay/contracts';
import { startTestStore, type TestStore } from '@patchbay/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSpec } from './open-spec.js';

let at: TestStore;
beforeAll(async () => {
  at = await startTestStore();
});
afterAll(() => at.stop());

const resultOf = (request: RunRequest): Result => ({
  manifest: {
    patchbay: '0.1.0',
    request,
    method: { id: 'eap', version: 1, params: {} },
    model: { name: 'tinytasks', family: 'gpt2', sha256: '', tokenizerSha256: '', revision: null },
    task: { name: 'tinytasks/ioi', sha256: '', pairs: 4 },
    engine: { onnxruntime: '1.30.0', device: 'cpu', dtype: 'float32' },
    machine: { platform: 'linux', arch: 'x64', cpus: 1, node: '20' },
    conventions: { importance: '-effect' },
  },
  ...{ baseline: { clean: 1, corrupted: 0 }, nodes: {}, edges: { 'input->m0': -2 }, perExample: {}, tables: {} },
  ...{ seconds: { load: 0, compute: 0 }, memory: { peakBytes: 1 } },
});

const recorded = (circuit?: string) => {
  const of = { model: 'tinytasks', task: 'tinytasks/ioi', method: circuit ? 'faithfulness' : 'eap', circuit };
  return at.store.runs.create(runRequestSchema.parse(of));
};

describe('the circuit that a run evaluates', () => {
  it('is what another run found, where it is named by that run’s id', async () => {
    const { run: found } = await recorded();
    const { run } = await recorded(found.id);
    await expect(openSpec(at.store, run)).rejects.toMatchObject({ kind: 'not-found' });
    const result = resultOf(found.request);
    await at.store.runs.begin(found.id, result.manifest);
    await at.store.runs.succeed(found.id, result);
    const { circuitText = '' } = await openSpec(at.store, run);
    expect(JSON.parse(circuitText)).toEqual(result);
  });

  it('is left to its own name where it is a reference or a file', async () => {
    const { run } = await recorded('ioi-wang');
    expect(await openSpec(at.store, run)).toMatchObject({ circuitText: undefined, modelSource: 'tinytasks' });
  });
});
