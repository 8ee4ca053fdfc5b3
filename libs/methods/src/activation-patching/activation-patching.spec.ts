import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { type Floats, Transformer, keptAt, cacheRun, openModel } from '@patchbay/transformer';
import { type Pair, openTask } from '@patchbay/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { Experiments } from '../experiments.js';
import type { ExperimentSpec } from '../experiment.js';
import { type Gate, writeGateModel } from '../testing/gate-model.js';
import type { Unit } from './plan-units.js';

/** Scope: what the numbers mean (gates, donors, metrics, positions); parity with other code is in tests/src/parity. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-methods-'));
afterAll(() => rmSync(home, { recursive: true }));

const spec = (
  params: Record<string, unknown>,
  request: { model?: string; task?: string; pairs?: number } = {},
): ExperimentSpec => {
  const { model = 'tinytasks', task = 'tinytasks/ioi', pairs = 12 } = request;
  const parsed = runRequestSchema.parse({ model, task, method: 'activation-patching', params, pairs });
  return { request: parsed, modelSource: model };
};
const run = (...args: Parameters<typeof spec>): Promise<Result> => discover(spec(...args), { home });
const hooks = { onProgress: () => undefined, checkpoint: undefined, save: () => Promise.resolve() };

describe.each<[Gate, number, number]>([
  ['and', -1, 0],
  ['or', 0, 1],
])('a model that computes A %s B, clean (1, 1) and corrupted (0, 0)', (gate, noising, denoising) => {
  const request = { model: join(home, gate), task: join(home, 'gate.jsonl'), pairs: 1 };
  beforeAll(() => {
    writeGateModel(request.model, gate);
    writeFileSync(request.task, '{"clean":"1 1 ?","corrupted":"0 0 ?","answer":"true","wrong":"never"}\n');
  });

  it.each([
    ['noising', noising],
    ['denoising', denoising],
  ])('%s either head has effect %i of the gap', async (direction, expected) => {
    const { nodes, baseline } = await run({ direction, metric: 'logit-difference-normalised' }, request);
    expect(baseline.clean).toBeCloseTo(1, 10);
    expect(baseline.corrupted).toBeCloseTo(0, 10);
    expect(nodes['a0.h0']).toBeCloseTo(expected, 5);
    expect(nodes['a0.h1']).toBeCloseTo(expected, 5);
  });
});

describe('interventions', () => {
  it('that change nothing have effect 0, and the result counts them', async () => {
    const { nodes, perExample, tables } = await run({}, { model: 'tracr-reverse', task: 'tracr/reverse', pairs: 6 });
    const [[measured, unchanged, leftOut] = []] = tables['interventions']?.rows ?? [];
    expect(Number(measured) + Number(leftOut)).toBe(6 * Object.keys(nodes).length);
    const zeros = Object.values(perExample)
      .flat()
      .filter((effect) => effect === 0).length;
    expect(unchanged).toBeGreaterThan(0);
    expect(unchanged).toBeLessThan(Number(measured));
    expect(Number(unchanged) + Number(leftOut)).toBeLessThanOrEqual(zeros);
  });
});

describe('donors', () => {
  let model: Transformer;
  beforeAll(async () => {
    model = await Transformer.load(await openModel('tinytasks', { home }), 'cpu');
  });
  afterAll(() => model.close());

  /** Logit difference of one prompt with one head's z replaced at all positions, by a forward pass of its own. */
  async function replaced(
    prompt: readonly number[],
    layer: number,
    head: number,
    given: Floats,
    ids: number[],
  ): Promise<number> {
    let resid = await model.embed([prompt]);
    const mask = { data: Uint8Array.from({ length: 4 }, (_, h) => (h === head ? 1 : 0)), dims: [1, 1, 4, 1] };
    for (let l = 0; l < 3; l++) {
      const z = l === layer ? { given, mask } : undefined;
      resid = (await model.block(l, { resid, start: 0, z }, ['residPost'])).residPost;
    }
    const { data } = await model.logits(resid, prompt.length - 1, [ids]);
    return (data[0] ?? NaN) - (data[1] ?? NaN);
  }

  /** Mean z of a layer over prompts of one length, or zeros. */
  function given(donor: string, z: Floats): Floats {
    const rows = z.dims[0] ?? 0;
    const width = z.data.length / rows;
    const data = new Float32Array(width);
    if (donor === 'mean') z.data.forEach((v, i) => (data[i % width] = (data[i % width] ?? 0) + v / rows));
    return { data, dims: [1, ...z.dims.slice(1)] };
  }

  it.each(['zero', 'mean'])('%s is what a forward pass with that value gives', async (donor) => {
    const { perExample } = await run({ donor });
    const { pairs } = await openTask('tinytasks/ioi', { model: model.files, pairs: 12, seed: 0 });
    for (const i of [0, 5, 11]) {
      const { clean, answers, wrongs } = pairs[i] as Pair;
      const others = pairs.map((pair) => pair.corrupted).filter((prompt) => prompt.length === clean.length);
      const cached = await cacheRun(model, others, new Set(['z']));
      const ids = [...answers, ...wrongs];
      const nothing = { data: new Float32Array(1), dims: [1, 1, 1, 1] };
      const base = await replaced(clean, -1, 0, nothing, ids);
      for (const [layer, head] of [
        [0, 1],
        [1, 0],
        [2, 3],
      ] as const) {
        const patched = await replaced(clean, layer, head, given(donor, keptAt(cached, layer, 'z')), ids);
        expect(perExample[`a${layer}.h${head}`]?.[i]).toBeCloseTo(patched - base, 4);
      }
    }
  });
});

describe('metrics and sites', () => {
  it('normalised effects are the raw ones over the gap between the baselines', async () => {
    const raw = await run({});
    const normalised = await run({ metric: 'logit-difference-normalised' });
    const gap = raw.baseline.clean - raw.baseline.corrupted;
    expect(normalised.baseline.clean).toBeCloseTo(1, 10);
    expect(normalised.baseline.corrupted).toBeCloseTo(0, 10);
    for (const [name, effect] of Object.entries(raw.nodes)) expect(normalised.nodes[name]).toBeCloseTo(effect / gap, 8);
  });

  it('KL is 0 on the clean run and can only rise; it needs the whole vocabulary', async () => {
    const { baseline, nodes } = await run({ metric: 'kl' });
    expect(baseline.clean).toBe(0);
    expect(baseline.corrupted).toBeGreaterThan(1);
    for (const effect of Object.values(nodes)) expect(effect).toBeGreaterThan(-1e-6);
  });

  it('a site that cannot matter has effect 0 exactly: before the first difference, and in the last layer before the end', async () => {
    const { perExample } = await run({ positions: 'each' }, { pairs: 1 });
    expect(perExample['a0.h0@0']).toEqual([0]);
    expect(perExample['a2.h0@13']).toEqual([0]);
    expect(perExample['a2.h0@15']?.[0]).not.toBe(0);
  });

  it('a pair too short for a position has none, and the mean is over the others', async () => {
    const { perExample, nodes } = await run({ positions: 'each', site: 'resid-pre' }, { pairs: 16 });
    const values = perExample['r1@18'] ?? [];
    expect(values).toContain(null);
    const known = values.filter((v) => v !== null);
    expect(known.length).toBeGreaterThan(0);
    expect(nodes['r1@18']).toBeCloseTo(known.reduce((a, b) => a + b, 0) / known.length, 10);
  });
});

it('refuses MLP outputs of a model without MLPs', async () => {
  const model = fileURLToPath(new URL('../../../../tests/fixtures/families/attention-only', import.meta.url));
  const task = join(home, 'words.jsonl');
  writeFileSync(task, '{"clean":"t1 t2","corrupted":"t3 t2","answer":"t4","wrong":"t5"}\n');
  await expect(run({ site: 'mlp-out' }, { model, task, pairs: 1 })).rejects.toMatchObject({
    kind: 'invalid-input',
    message: 'This model has no MLPs.',
  });
  expect(Object.keys((await run({}, { model, task, pairs: 1 })).nodes)).toHaveLength(12);
});

it('gives the same scores however the work is cut, and whichever process computes a unit', async () => {
  const whole = await run({});
  const cut = spec({});
  const first = new Experiments({ home });
  const { manifest, state, units } = await first.start(cut);
  const single = (units as Unit[]).flatMap(({ pairs, firstLayer, endLayer }) =>
    pairs.flatMap((pair) =>
      Array.from({ length: endLayer - firstLayer }, (_, i) => ({
        pairs: [pair],
        firstLayer: firstLayer + i,
        endLayer: firstLayer + i + 1,
      })),
    ),
  );
  expect(single.length).toBe(12 * 3);
  const second = new Experiments({ home });
  const partials = [];
  for (const [i, unit] of single.entries()) partials.push(await (i % 2 ? first : second).unit(cut, unit, hooks));
  const folded = await first.fold(cut, state, partials);
  expect(folded.units).toEqual([]);
  const result = await second.result(cut, folded.state, manifest, { load: 0, compute: 0 });
  for (const [name, effect] of Object.entries(whole.nodes)) expect(result.nodes[name]).toBeCloseTo(effect, 4);
  await first.close();
  await second.close();
});
