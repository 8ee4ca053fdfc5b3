import { readCircuit } from '@patchbay/circuit';
import {
  problemSchema,
  referenceViewSchema,
  type RunRequestInput,
  runRequestSchema,
  runViewSchema,
} from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { runComparisonSchema } from './compare-runs.js';

/** Scope: circuits over HTTP: references, a run's circuit as a file, two runs compared, a run that evaluates another's. */

let api: TestApi;
const runs: Record<string, string> = {};
const tinytasks = { model: 'tinytasks', task: 'tinytasks/ioi', pairs: 4 };

/** A run as a worker would have left it. */
async function succeeded(request: Omit<RunRequestInput, 'model' | 'task'>, circuitText?: string): Promise<string> {
  const { run } = await api.store.runs.create(runRequestSchema.parse({ ...tinytasks, ...request }));
  const result = await discover({ request: run.request, modelSource: 'tinytasks', circuitText }, { home: api.home });
  await api.store.runs.begin(run.id, result.manifest);
  await api.store.runs.succeed(run.id, result);
  return run.id;
}

const text = async (id: string): Promise<string> => JSON.stringify(await api.store.runs.result(id));

beforeAll(async () => {
  api = await startTestApi();
  runs['eap'] = await succeeded({ method: 'eap' });
  runs['acdc'] = await succeeded({ method: 'acdc' });
  const params = { randomCircuits: 0, draws: 100 };
  for (const found of ['eap', 'acdc']) {
    const circuit = runs[found] ?? '';
    runs[`${found}-evaluated`] = await succeeded({ method: 'faithfulness', circuit, params }, await text(circuit));
  }
});
afterAll(() => api.close());

it('GET /v1/reference-circuits lists them with source and ablation', async () => {
  const { json } = await api.ask('GET', '/v1/reference-circuits');
  const references = z.array(referenceViewSchema).parse(json);
  expect(references.find(({ id }) => id === 'ioi-wang')?.edges).toHaveLength(963);
  expect(references.find(({ id }) => id === 'greater-than-hanna')?.edges).toBeNull();
});

describe('GET /v1/runs/:id/circuit', () => {
  it.each(['mib', 'csv', 'graphviz', 'neuronpedia'])('is a %s file that is read back', async (format) => {
    const answer = await api.ask('GET', `/v1/runs/${runs['eap']}/circuit?format=${format}&top=30`);
    expect(answer.status, answer.text).toBe(200);
    const { kept } = readCircuit(answer.text, { layers: 3, heads: 4, mlps: true });
    expect(kept.reduce((a, b) => a + b, 0)).toBeGreaterThan(5);
  });

  it.each([
    ['an unknown format', 'eap', '?format=xml', 422],
    ['a run that found no circuit', 'eap-evaluated', '', 422],
  ])('refuses %s', async (_, run, query, status) => {
    const answer = await api.ask('GET', `/v1/runs/${runs[run]}/circuit${query}`);
    expect(answer.status).toBe(status);
    problemSchema.parse(answer.json);
  });
});

describe('GET /v1/comparison', () => {
  const compare = (a: string, b: string) => api.ask('GET', `/v1/comparison?a=${runs[a]}&b=${runs[b]}`);

  it('of two circuits says what they share and what differs in how they were made', async () => {
    const { circuits, manifests, faithfulness } = runComparisonSchema.parse((await compare('eap', 'acdc')).json);
    expect(circuits?.edges.removed.length).toBeGreaterThan(0);
    expect(manifests.map(({ path }) => path)).toContain('method.id');
    expect(faithfulness).toEqual([]);
  });

  it('of two evaluations says how faithfulness differs, with an interval', async () => {
    const { circuits, faithfulness } = runComparisonSchema.parse(
      (await compare('eap-evaluated', 'acdc-evaluated')).json,
    );
    expect(circuits).toBeNull();
    const all = faithfulness.find(({ set }) => set === 'signed@262');
    expect(all?.difference).toBeCloseTo(0, 5);
  });

  it('refuses what is no run', async () => {
    expect((await api.ask('GET', '/v1/comparison?a=1&b=2')).status).toBe(422);
  });
});

describe('POST /v1/runs of an evaluation', () => {
  const submit = (circuit: unknown, method = 'faithfulness') =>
    api.ask('POST', '/v1/runs', { body: { ...tinytasks, method, ...(circuit === undefined ? {} : { circuit }) } });

  it('takes a run, a reference or a file', async () => {
    const answer = await submit(runs['acdc']);
    expect(answer.status, answer.text).toBe(202);
    expect(runViewSchema.parse(answer.json).request.circuit).toBe(runs['acdc']);
    expect((await submit('tracr-reverse-zero')).status).toBe(202);
  });

  it.each([
    ['none', () => undefined, 'faithfulness', /none was named/],
    ['an unknown one', () => 'guesswork', 'faithfulness', /no circuit "guesswork"/],
    ['a relative path', () => '../x.json', 'faithfulness', /no circuit/],
    ['a run that there is not', () => '01936f5e-0000-7000-8000-000000000000', 'faithfulness', /no run/],
    ['one for a method that takes none', () => 'ioi-wang', 'eap', /evaluates no circuit/],
  ])('refuses %s and says what there is', async (_, circuit, method, detail) => {
    const answer = await submit(circuit(), method);
    expect(answer.status, answer.text).toBe(422);
    expect(problemSchema.parse(answer.json).detail).toMatch(detail);
  });
});
