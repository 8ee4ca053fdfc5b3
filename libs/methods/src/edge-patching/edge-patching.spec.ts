import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runRequestSchema } from '@patchbay/contracts';
import { Transformer, openModel, runMasked } from '@patchbay/transformer';
import { type Pair, openTask } from '@patchbay/tasks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeMasks } from '../edges/edge-masks.js';
import { prepareEdgeRuns } from '../edges/edge-runs.js';
import { Experiments } from '../experiments.js';
import type { Workbench } from '../method.js';
import { measure } from '../measure.js';
import { ABLATIONS } from '../patching/donor.js';
import { chunkPairs } from '../patching/chunk-pairs.js';
import { plentyOfMemory } from '../testing/plenty-of-memory.js';
import type { Unit } from './plan-units.js';

/** Scope: single edges against the masked forward pass, ablations, edges that cannot matter; parity is in tests/. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-edges-'));
afterAll(() => rmSync(home, { recursive: true }));

const spec = (params: Record<string, unknown>, request: { model?: string; task?: string; pairs?: number } = {}) => {
  const { model = 'tinytasks', task = 'tinytasks/ioi', pairs = 12 } = request;
  const parsed = runRequestSchema.parse({ model, task, method: 'edge-patching', pairs, params });
  return { request: parsed, modelSource: model };
};

/** Small random models of families whose blocks differ: side by side, norms after attention, no MLP, norms of q and k. */
const families = ['gpt-neox-parallel', 'gemma2', 'gemma3', 'attention-only', 'qwen3'];
const folder = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/fixtures/families/${name}`, import.meta.url));
const words = join(home, 'words.jsonl');
const line = (clean: string, corrupted: string) => JSON.stringify({ clean, corrupted, answer: 't4', wrong: 't5' });
writeFileSync(words, [line('t1 t2 t3 t6', 't1 t7 t3 t6'), line('t1 t2 t3 t6', 't1 t2 t8 t9')].join('\n'));

const cases = [
  ...ABLATIONS.map((ablation) => ['tinytasks', ablation, {}] as const),
  ...families.flatMap((name) =>
    (['resample', 'mean'] as const).map(
      (ablation) => [name, ablation, { model: folder(name), task: words, pairs: 2 }] as const,
    ),
  ),
];

describe.each(cases)('an edge alone in %s (%s)', (_, ablation, request) => {
  let model: Transformer;
  let pairs: readonly Pair[];
  beforeAll(async () => {
    const { modelSource, request: parsed } = spec({}, request);
    model = await Transformer.load(await openModel(modelSource, { home }), 'cpu');
    ({ pairs } = await openTask(parsed.task, { model: model.files, pairs: parsed.pairs, seed: 0 }));
  });
  afterAll(() => model.close());

  it('has the effect that the masked forward pass gives it', async () => {
    const { perExample } = await discover(spec({ ablation }, request), { home });
    const graph = edgeGraphOf(model.architecture);
    expect(Object.keys(perExample)).toHaveLength(graph.size);
    const bench: Workbench<unknown> = {
      ...{ architecture: model.architecture, pairs, params: {}, seed: 0, transformer: model },
      ...plentyOfMemory,
      memo: (__, make) => make(),
    };
    const prepared = await Promise.all(
      chunkPairs(pairs, () => 64).map(async (chunk) => {
        const some = chunk.map((i) => pairs[i] as Pair);
        const options = { ablation, direction: 'noising', metric: 'logit-difference' } as const;
        return { chunk, some, runs: await prepareEdgeRuns(bench, some, options) };
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(graph.size - 1), fc.nat(prepared.length - 1), async (edge, part) => {
        const { chunk = [], some = [], runs } = prepared[part] ?? {};
        if (!runs) throw new Error('no such chunk');
        const set = new Uint8Array(graph.size);
        set[edge] = 1;
        const masks = edgeMasks(
          graph,
          some.map(() => set),
        );
        const { base, clean } = runs.baselines;
        const run = { base, donor: runs.donor, rows: runs.rows, start: runs.start, masks };
        const { values } = await measure(model, await runMasked(model, run), some, 'logit-difference');
        chunk.forEach((pair, i) => {
          const expected = (values[i] ?? NaN) - (clean[i] ?? NaN);
          expect(perExample[graph.edgeName(edge)]?.[pair]).toBeCloseTo(expected, 4);
        });
      }),
      { numRuns: 25 },
    );
  });
});

describe('an edge alone', () => {
  it('from a source that is the same in both runs where it is read has effect 0 exactly', async () => {
    const { perExample, edges } = await discover(spec({}), { home });
    // The prompts end alike, and the last layer's queries, the last MLP and the logits are read at the end alone.
    for (const name of ['input->logits', 'input->m2', 'input->a2.h1<q>']) {
      expect(perExample[name]).toEqual(Array(12).fill(0));
    }
    expect(edges['input->a2.h1<v>']).not.toBe(0);
  });

  it('under KL costs nothing or something', async () => {
    const { edges, manifest } = await discover(spec({ metric: 'kl' }), { home });
    for (const effect of Object.values(edges)) expect(effect).toBeGreaterThan(-1e-6);
    expect(manifest.conventions['importance']).toBe('effect');
  });
});

it('gives the same scores however the work is cut', async () => {
  const whole = await discover(spec({}), { home });
  const experiments = new Experiments({ home });
  const { manifest, state, units } = await experiments.start(spec({}));
  const single = (units as Unit[]).flatMap(({ pairs: chunk, firstDestination, endDestination }) =>
    chunk.flatMap((pair) =>
      [0, 1, 2].map((third) => {
        const at = (i: number) => firstDestination + Math.floor(((endDestination - firstDestination) * i) / 3);
        return { pairs: [pair], firstDestination: at(third), endDestination: at(third + 1) };
      }),
    ),
  );
  const hooks = { onProgress: () => undefined, checkpoint: undefined, save: () => Promise.resolve() };
  const partials = [];
  for (const unit of single) partials.push(await experiments.unit(spec({}), unit, hooks));
  const folded = await experiments.fold(spec({}), state, partials);
  expect(folded.units).toEqual([]);
  const result = await experiments.result(spec({}), folded.state, manifest, { load: 0, compute: 0 });
  expect(Object.keys(result.edges)).toEqual(Object.keys(whole.edges));
  for (const [name, effect] of Object.entries(whole.edges)) expect(result.edges[name]).toBeCloseTo(effect, 4);
  await experiments.close();
});
