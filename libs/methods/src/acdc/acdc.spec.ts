import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { Transformer, openModel, runMasked } from '@patchbay/transformer';
import { type Pair, metricById, openTask } from '@patchbay/tasks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeMasks } from '../edges/edge-masks.js';
import { prepareEdgeRuns } from '../edges/edge-runs.js';
import { Experiments } from '../experiments.js';
import type { UnitHooks, Workbench } from '../method.js';
import { measure } from '../measure.js';
import { type Gate, writeGateModel } from '../testing/gate-model.js';
import { plentyOfMemory } from '../testing/plenty-of-memory.js';
import type { Params } from './params.js';
import type { Unit } from './plan-units.js';
import type { Scanned } from './run-unit.js';
import type { Scan } from './scan.js';
import { visitOrder } from './visit-order.js';

/** Scope: ACDC on models: extremes, gates, one edge at a time, resuming; parity with other code is in tests/. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-acdc-'));
let model: Transformer;
beforeAll(async () => {
  model = await Transformer.load(await openModel('tinytasks', { home }), 'cpu');
});
afterAll(async () => {
  await model.close();
  rmSync(home, { recursive: true });
});

const spec = (params: Partial<Params>, request: { model?: string; task?: string; pairs?: number } = {}) => {
  const named = { model: 'tinytasks', task: 'tinytasks/ioi', pairs: 8, ...request };
  return {
    request: runRequestSchema.parse({ ...named, method: 'acdc', params, seed: 3 }),
    modelSource: named.model,
  };
};
const run = (...args: Parameters<typeof spec>): Promise<Result> => discover(spec(...args), { home });
const circuitOf = ({ tables }: Result) => tables.circuit?.rows[0] ?? [];

// The 8 pairs have prompts of three lengths: the mean is over all of them.
describe('at the ends of τ', () => {
  it.each(['kl', 'l2', 'logit-difference', 'logit-difference-normalised', 'prob-difference'])(
    'is the corrupted run with no edge left and the clean run with all (%s)',
    async (metric) => {
      const none = await run({ tau: 1e9, metric });
      expect(none.edges).toEqual({});
      expect(none.tables.removed?.rows).toHaveLength(262);
      const [edges, value] = circuitOf(none);
      expect(edges).toBe(0);
      expect(value).toBeCloseTo(none.baseline.corrupted, 5);
      const all = await run({ tau: -1e9, metric });
      expect(Object.keys(all.edges)).toHaveLength(262);
      expect(all.tables.steps?.rows).toHaveLength(262);
      expect(circuitOf(all)).toEqual([262, all.baseline.clean]);
    },
  );
});

describe.each<Gate>(['and', 'or'])('a model that computes A %s B, clean (1, 1) and corrupted (0, 0)', (gate) => {
  const request = { model: join(home, gate), task: join(home, 'gate.jsonl'), pairs: 1 };
  const path = (head: number) => [`a0.h${head}->m0`, `input->a0.h${head}<v>`];

  it.each([
    ['normal' as const, 0],
    ['reverse' as const, 1],
  ])('keeps both heads of an AND, and of an OR the one that is tried last (%s)', async (order, last) => {
    writeGateModel(request.model, gate);
    writeFileSync(request.task, '{"clean":"1 1 ?","corrupted":"0 0 ?","answer":"true","wrong":"never"}\n');
    const { edges } = await run({ tau: 0.1, metric: 'logit-difference-normalised', order }, request);
    const heads = gate === 'and' ? [0, 1] : [last];
    expect(Object.keys(edges).sort()).toEqual([...heads.flatMap(path), 'm0->logits'].sort());
    for (const rise of Object.values(edges)) expect(rise).toBeCloseTo(1, 4);
  });
});

/** One edge at a time and one pair at a time, each a whole forward pass. */
async function oneAtATime(pairs: readonly Pair[], params: Params, seed: number) {
  const graph = edgeGraphOf(model.architecture);
  const bench: Workbench<unknown> = {
    ...{ architecture: model.architecture, pairs, params, seed, transformer: model },
    ...plentyOfMemory,
    memo: (_, make) => make(),
  };
  const { ablation, metric } = params;
  const chunks = await Promise.all(
    pairs.map((pair) => prepareEdgeRuns(bench, [pair], { ablation, metric, direction: 'noising' })),
  );
  const sign = metricById(metric).higherIsBetter ? -1 : 1;
  const lossOf = async (removed: Uint8Array): Promise<number> => {
    let total = 0;
    for (const { baselines, donor, rows, pairs: own } of chunks) {
      const masks = edgeMasks(graph, [removed]);
      const final = await runMasked(model, { base: baselines.base, donor, rows, masks, start: 0 });
      total += (await measure(model, final, own, metric, baselines.cleanLogits)).values[0] ?? NaN;
    }
    return (sign * total) / pairs.length;
  };
  const kept = new Set<number>();
  const removed = new Uint8Array(graph.size);
  const steps: [edge: string, rise: number, removed: boolean][] = [];
  let loss = await lossOf(removed);
  for (const edge of visitOrder(graph, params.order, seed).flat()) {
    const node = graph.destinationName(graph.ends(edge).destination).replace(/<.>$/, '');
    const read = [...kept].some((other) => graph.sourceName(graph.ends(other).source) === node);
    if (node !== 'logits' && !read) continue;
    removed[edge] = 1;
    const without = await lossOf(removed);
    const goes = without - loss < params.tau;
    steps.push([graph.edgeName(edge), without - loss, goes]);
    if (goes) loss = without;
    else {
      removed[edge] = 0;
      kept.add(edge);
    }
  }
  return steps;
}

describe('many edges at once', () => {
  const params = fc.record({
    tau: fc.double({ min: -4, max: 0.5, noNaN: true }).map((power) => 10 ** power),
    metric: fc.constantFrom('kl', 'l2', 'logit-difference'),
    ablation: fc.constantFrom('resample' as const, 'zero' as const),
    order: fc.constantFrom('normal' as const, 'reverse' as const, 'random' as const),
  });

  it('are decided as one at a time', async () => {
    const { pairs } = await openTask('tinytasks/docstring', { model: model.files, pairs: 2, seed: 3 });
    await fc.assert(
      fc.asyncProperty(params, async (drawn) => {
        const expected = await oneAtATime(pairs, drawn, 3);
        // Nearer to τ than rounding, either decision is right.
        fc.pre(expected.every(([, rise]) => Math.abs(rise - drawn.tau) > 1e-5));
        const { tables } = await run(drawn, { task: 'tinytasks/docstring', pairs: 2 });
        const steps = (tables.steps?.rows ?? []) as typeof expected;
        expect(steps.map(([edge, , goes]) => [edge, goes])).toEqual(expected.map(([edge, , goes]) => [edge, goes]));
        const errors = steps.map(([, rise], i) => Math.abs(rise - (expected[i]?.[1] ?? NaN)));
        expect(Math.max(...errors)).toBeLessThan(1e-4);
      }),
      { numRuns: 6 },
    );
  });
});

describe('a unit', () => {
  it('goes on from a checkpoint and stops where it should: the same scan', async () => {
    const experiments = new Experiments({ home });
    const named = spec({ tau: 0.003 });
    const hooks = { onProgress: () => undefined, checkpoint: undefined, save: () => Promise.resolve() };
    const { units } = await experiments.start(named);
    const [unit] = units as [Unit];
    expect(units).toHaveLength(1);
    const unitTo = async (end: number, more: Partial<UnitHooks>): Promise<Scan> =>
      ((await experiments.unit(named, { ...unit, end }, { ...hooks, ...more })) as Scanned).scan;
    const whole = await unitTo(unit.end, {});
    const half = await unitTo(100, {});
    expect(half.at).toBe(100);
    const fractions: number[] = [];
    const rest = await unitTo(unit.end, { checkpoint: half, onProgress: (f) => void fractions.push(f) });
    expect(rest.removed).toEqual(whole.removed);
    expect(rest.at).toBe(262);
    whole.rises.forEach((rise, edge) => {
      if (Number.isNaN(rise)) expect(rest.rises[edge]).toBeNaN();
      else expect(rest.rises[edge]).toBeCloseTo(rise, 6);
    });
    expect(fractions[0]).toBeGreaterThan(100 / 262);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    await experiments.close();
  });
});
