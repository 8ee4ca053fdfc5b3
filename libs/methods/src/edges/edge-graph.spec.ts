import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Architecture, type EdgeMasks, Transformer, openModel, runMasked } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../measure.js';
import type { MethodResult, Workbench } from '../method.js';
import { plentyOfMemory } from '../testing/plenty-of-memory.js';
import { writeRandomGpt2 } from '../testing/random-gpt2.js';
import { runMethod } from '../testing/run-method.js';
import { edgeMasks } from './edge-masks.js';
import { type EdgeRuns, prepareEdgeRuns } from './edge-runs.js';

/**
 * Scope: METHODS §0.3, the six oracles that every method on edges shares, on random models of two layers. The engine's
 * own specs hold tests 1, 2 and 6 on a model of every family, edge-attribution.spec.ts test 4 for every metric.
 */

const METRIC = 'logit-difference';
const home = mkdtempSync(join(tmpdir(), 'patchbay-edge-graph-'));
afterAll(() => rmSync(home, { recursive: true }));

const family = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/fixtures/families/${name}`, import.meta.url));
/** Where a model lies, and what is declared otherwise than its files do. */
interface Small {
  folder: string;
  declared: Partial<Architecture>;
}
const gpt2 = join(home, 'gpt2');
writeRandomGpt2(gpt2, 1);
const models: Record<string, Small> = {
  'a GPT-2': { folder: gpt2, declared: {} },
  'a GPT-2 without final LN': { folder: gpt2, declared: { finalNorm: undefined } },
  'a Gemma 2': { folder: family('gemma2'), declared: { layers: 2 } },
  'a GPT-NeoX side by side': { folder: family('gpt-neox-parallel'), declared: { layers: 2 } },
};

const pairs: Pair[] = [
  { clean: [1, 4, 2, 7, 5], corrupted: [1, 9, 2, 3, 5], answers: [6], wrongs: [8] },
  { clean: [10, 3, 3, 8, 2], corrupted: [10, 6, 1, 11, 2], answers: [9, 2], wrongs: [4] },
];

type Bench = Omit<Workbench<unknown>, 'params'>;
async function openBench({ folder, declared }: Small, own = pairs): Promise<Bench> {
  const files = await openModel(folder, { home });
  const architecture = { ...files.architecture, ...declared };
  const transformer = await Transformer.load({ ...files, architecture }, 'cpu');
  return { transformer, architecture, pairs: own, seed: 0, ...plentyOfMemory, memo: (_, make) => make() };
}

const largest = (values: Iterable<number>): number => Math.max(...[...values].map(Math.abs));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const scoresOf = ({ perExample }: MethodResult, edges: readonly string[], pair: number): number[] =>
  edges.map((edge) => perExample[edge]?.[pair] ?? NaN);

describe.each(Object.entries(models))('edges of %s', (name, small) => {
  let bench: Bench;
  let runs: EdgeRuns;
  let names: string[];
  beforeAll(async () => {
    bench = await openBench(small);
    const options = { ablation: 'resample', direction: 'noising', metric: METRIC } as const;
    runs = await prepareEdgeRuns({ ...bench, params: {} }, pairs, options);
    names = Array.from({ length: runs.graph.size }, (_, edge) => runs.graph.edgeName(edge));
  });
  afterAll(() => bench.transformer.close());

  const run = (method: string, params: Record<string, unknown> = {}) => runMethod(method, params, bench);
  /** The whole change of the metric, by pair. */
  const whole = (): number[] =>
    pairs.map((_, i) => (runs.baselines.corrupted[i] ?? NaN) - (runs.baselines.clean[i] ?? NaN));
  const from = (source: string) => names.filter((edge) => edge.startsWith(`${source}->`));

  /** Change of the metric by pair, then by edge set, with each set's edges removed by `weight`. */
  async function changeOf(sets: readonly Uint8Array[], weight = 1): Promise<number[][]> {
    const batch = sets.flatMap((set) => pairs.map((_, row) => ({ set, row })));
    const masks = weighed(
      edgeMasks(
        runs.graph,
        batch.map(({ set }) => set),
      ),
      weight,
    );
    const rows = batch.map(({ row }) => ({ row, donorRow: row }));
    const final = await runMasked(bench.transformer, {
      base: runs.baselines.base,
      donor: runs.donor,
      rows,
      masks,
      start: 0,
    });
    const { values } = await measure(
      bench.transformer,
      final,
      batch.map(({ row }) => pairs[row] as Pair),
      METRIC,
    );
    const { clean } = runs.baselines;
    return pairs.map((_, row) =>
      sets.map((__, set) => (values[set * pairs.length + row] ?? NaN) - (clean[row] ?? NaN)),
    );
  }
  const setOf = (edges: readonly string[]): Uint8Array =>
    Uint8Array.from(names, (edge) => (edges.includes(edge) ? 1 : 0));

  it('test 1: with none removed is the clean run, with all removed the corrupted run', async () => {
    const changes = await changeOf([setOf([]), setOf(names)]);
    changes.forEach(([none = NaN, all = NaN], i) => {
      expect(none).toBeCloseTo(0, 5);
      expect(all).toBeCloseTo(whole()[i] ?? NaN, 5);
    });
    expect(Math.min(...whole().map(Math.abs))).toBeGreaterThan(0.05);
  });

  it('test 2: the EAP score of every edge is the derivative of the metric by its removal', async () => {
    const eap = await run('eap');
    const each = names.map((edge) => setOf([edge]));
    const step = 2 ** -6;
    const [a = [], b = [], c = [], d = []] = await Promise.all([-2, -1, 1, 2].map((k) => changeOf(each, k * step)));
    pairs.forEach((_, pair) => {
      const scores = scoresOf(eap, names, pair);
      const at = (x: number[][], edge: number): number => x[pair]?.[edge] ?? NaN;
      const slopes = names.map((__, e) => (8 * (at(c, e) - at(b, e)) - (at(d, e) - at(a, e))) / (12 * step));
      expect(largest(scores.map((score, e) => score - (slopes[e] ?? NaN))) / largest(slopes)).toBeLessThan(2e-4);
    });
  });

  it('test 3: EAP into the logits is exact without a final norm, and only without it', async () => {
    const [eap, exact] = [await run('eap'), await run('edge-patching')];
    const edges = names.filter((edge) => edge.endsWith('->logits'));
    const errors = pairs.map((_, pair) => {
      const [estimated, patched] = [scoresOf(eap, edges, pair), scoresOf(exact, edges, pair)];
      const total = sum(estimated) - (whole()[pair] ?? NaN);
      return { single: largest(estimated.map((v, i) => v - (patched[i] ?? NaN))), total: Math.abs(total) };
    });
    for (const { single, total } of errors) {
      if (name === 'a GPT-2 without final LN') {
        expect(single).toBeLessThan(2e-5);
        expect(total).toBeLessThan(2e-5);
      } else {
        expect(single).toBeGreaterThan(1e-3);
        expect(total).toBeGreaterThan(1e-3);
      }
    }
  });

  it('test 4: EAP-IG out of the input adds up to the whole change, soonest by the midpoint rule', async () => {
    const error = async (steps: number, rule: string): Promise<number> => {
      const result = await run('eap-ig', { steps, rule });
      return largest(whole().map((change, pair) => sum(scoresOf(result, from('input'), pair)) - change));
    };
    const [few, many] = [await error(5, 'midpoint'), await error(80, 'midpoint')];
    expect(many).toBeLessThan(few / 10);
    expect(many / largest(whole())).toBeLessThan(2e-3);
    expect(few).toBeLessThan(Math.min(await error(5, 'left'), await error(5, 'right')));
  });

  it('test 5: effects of single edges do not add up to that of removing them together', async () => {
    const single = await run('edge-patching');
    const patched = await run('activation-patching', { site: 'mlp-out' });
    const joint = await changeOf([setOf(from('m0'))]);
    const apart = pairs.map((_, pair) => {
      const [together = NaN] = joint[pair] ?? [];
      // Without the edges out of a node its value is the donor's wherever it is read.
      expect(together).toBeCloseTo(patched.perExample['m0']?.[pair] ?? NaN, 4);
      return Math.abs(sum(scoresOf(single, from('m0'), pair)) - together);
    });
    expect(largest(apart)).toBeGreaterThan(1e-2);
  });
});

const PATCHING = [
  ...['activation-patching', 'path-patching', 'edge-patching', 'acdc'],
  ...['attribution-patching', 'eap', 'eap-ig'],
];

describe('test 6: what is the same in both runs scores 0 exactly', () => {
  it.each(Object.entries(models))('every source of %s, by every method', async (_, small) => {
    const same = pairs.map((pair) => ({ ...pair, corrupted: pair.clean }));
    const bench = await openBench(small, same);
    for (const id of PATCHING) {
      const { nodes, edges, tables } = await runMethod(id, id === 'acdc' ? { tau: 1e-9 } : {}, bench);
      const rises = (tables['steps']?.rows ?? []).map(([, rise]) => rise);
      const values = [...Object.values(nodes), ...Object.values(edges), ...rises];
      expect(values.length, id).toBeGreaterThan(3);
      expect(
        values.filter((v) => v !== 0),
        id,
      ).toEqual([]);
    }
    await bench.transformer.close();
  });

  it('a head that writes nothing, among others that differ', async () => {
    const folder = join(home, 'silent');
    writeRandomGpt2(folder, 1, 1);
    const bench = await openBench({ folder, declared: {} });
    for (const [id, params] of [
      ['edge-patching', {}],
      ['eap', {}],
      ['eap-ig', {}],
      ['eap-ig', { variant: 'activations' }],
    ] as const) {
      const { edges } = await runMethod(id, params, bench);
      const silent = Object.entries(edges).filter(([edge]) => edge.startsWith('a0.h1->'));
      expect(silent.map(([, score]) => score)).toEqual(Array(1 + 6 + 1 + 1).fill(0));
      expect(edges['a0.h0->m0']).not.toBe(0);
    }
    await bench.transformer.close();
  });
});

function weighed({ attention, mlp, logits }: EdgeMasks, weight: number): EdgeMasks {
  const times = (mask: EdgeMasks['logits']) => mask && { data: mask.data.map((v) => weight * v), dims: mask.dims };
  return { attention: attention.map(times), mlp: mlp.map(times), logits: times(logits) };
}
