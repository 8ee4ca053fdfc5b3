import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floats } from '@patchbay/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSmallModel, smallModels } from '../testing/small-models.js';
import { type CachedRun, cacheRun, keptAt } from './cached-run.js';
import { assertEdgeGradients, type EdgeScores, edgeGradients, traceRun } from './edge-gradients.js';
import { runMasked } from './masked-run.js';
import { rowOf, takeRows } from './rows.js';
import { type Donor, donorFromRun, sourceChanges } from './source-changes.js';
import type { Floats, Transformer } from './transformer.js';

/** Scope: gradients by edges against finite differences of the masked forward pass (METHODS §0.3). */

const LENGTH = 9;
const SAME = 3;
const ROWS = [0, 1].map((row) => ({ row, donorRow: row }));
const KEEP = new Set(['residPre', 'z', 'share', 'keys', 'values', 'mlpOut'] as const);
const home = mkdtempSync(join(tmpdir(), 'patchbay-edge-gradients-'));
afterAll(() => rmSync(home, { recursive: true }));

/** Small models whose gradients are known; the others are refused. */
const TAKEN = ['tinytasks', 'qwen2', 'qwen3', 'gemma', 'gpt-neox-sequential'];

/** One edge, by the source's index and the destination's within its layer (3 · heads is the MLP); layer −1: logits. */
interface Edge {
  source: number;
  layer: number;
  to: number;
}

describe.each(TAKEN)('gradients by the edges of %s', (name) => {
  let model: Transformer;
  let base: CachedRun;
  let donor: Donor;
  beforeAll(async () => {
    model = await loadSmallModel(name, home);
    const { vocabulary } = model.architecture;
    const prompt = (seed: number) =>
      Array.from({ length: LENGTH }, (_, t) => (t < SAME ? t : (seed * 31 + t * 17) % vocabulary));
    base = await cacheRun(model, [prompt(1), prompt(2)], KEEP);
    donor = donorFromRun(await cacheRun(model, [prompt(3), prompt(4)], KEEP));
  });
  afterAll(() => model.close());

  /** The objective: a fixed combination of three tokens' logits. */
  const [TOKENS, WEIGHTS] = [
    [3, 8, 11],
    [1, -0.75, 0.5],
  ] as const;
  const objective = async (final: Floats): Promise<number[]> => {
    const logits = await model.logits(
      final,
      0,
      Array.from({ length: final.dims[0] ?? 0 }, () => [...TOKENS]),
    );
    return Array.from({ length: final.dims[0] ?? 0 }, (_, i) =>
      WEIGHTS.reduce((sum, w, k) => sum + w * (rowOf(logits, i)[k] ?? NaN), 0),
    );
  };

  const scoresOf = async (x: { start: number; from?: Donor; first?: number; end?: number }): Promise<EdgeScores[]> => {
    const { start, from = donor, first = 0, end } = x;
    const changes = await sourceChanges(model, base, from, ROWS, start);
    const resid = takeRows(keptAt(base, 0, 'residPre'), [0, 1], start, LENGTH);
    const trace = await traceRun(model, base, start, { layer: 0, resid });
    const gradient = floats(Float32Array.from([...WEIGHTS, ...WEIGHTS]), 2, 1, 3);
    const seed = { gradient, ids: [[...TOKENS], [...TOKENS]] };
    const parts: EdgeScores[] = [];
    const sources = { first, end: end ?? changes.dims[0] ?? 0 };
    for await (const part of edgeGradients(model, trace, seed, changes, sources)) parts.push(part);
    return parts;
  };
  const scoreAt = (parts: EdgeScores[], row: number, { source, layer, to }: Edge): number => {
    const { heads, layers } = model.architecture;
    const kind = layer < 0 ? 'logits' : to === 3 * heads ? 'mlp' : 'head';
    const part = parts.find((p) => p.kind === kind && p.layer === (layer < 0 ? layers : layer));
    const [, , sources = 0] = part?.scores.dims ?? [];
    return rowOf(part?.scores as Floats, row)[(kind === 'head' ? to : 0) * sources + source] ?? NaN;
  };

  /** The objective of each row with `weight` of one edge removed. */
  const masked = async ({ source, layer, to }: Edge, weight: number, start: number): Promise<number[]> => {
    const { heads, layers } = model.architecture;
    const mask = (sources: number, width?: number, column = 0): Floats => {
      const data = new Float32Array(2 * sources * (width ?? 1));
      for (const row of [0, 1]) data[(row * sources + source) * (width ?? 1) + column] = weight;
      return width === undefined ? floats(data, 2, sources) : floats(data, 2, sources, width);
    };
    const at = <T>(l: number, value: T): T | undefined => (l === layer ? value : undefined);
    const every = Array.from({ length: layers }, (_, l) => l);
    const isMlp = to === 3 * heads;
    const masks = {
      attention: every.map((l) => (isMlp ? undefined : at(l, mask(1 + l * (heads + 1), 3 * heads, to)))),
      mlp: every.map((l) => (isMlp ? at(l, mask(1 + l * (heads + 1) + heads)) : undefined)),
      logits: layer < 0 ? mask(1 + layers * (heads + 1)) : undefined,
    };
    return objective(await runMasked(model, { base, donor, rows: ROWS, masks, start }));
  };

  it('are the derivatives of the masked forward pass where no edge is removed', async () => {
    const { heads, layers } = model.architecture;
    const edges = fc.integer({ min: -1, max: layers - 1 }).chain((layer) =>
      fc.nat(layer < 0 ? 0 : 3 * heads).chain((to) => {
        const ends = layer < 0 ? layers * (heads + 1) : layer * (heads + 1) + (to === 3 * heads ? heads : 0);
        return fc.record({ source: fc.nat(ends), layer: fc.constant(layer), to: fc.constant(to) });
      }),
    );
    const scores = await scoresOf({ start: SAME });
    const unit = Math.max(...scores.flatMap((part) => [...part.scores.data.map(Math.abs)]));
    // Differences of fourth order: a step that float32 rounding does not drown bends the objective.
    const step = 2 ** -6;
    await fc.assert(
      fc.asyncProperty(edges, async (edge) => {
        const at: number[][] = [];
        for (const weight of [-2, -1, 1, 2]) at.push(await masked(edge, weight * step, SAME));
        for (const row of [0, 1]) {
          const [a, b, c, d] = at.map((values) => values[row] ?? NaN) as [number, number, number, number];
          const slope = (8 * (c - b) - (d - a)) / (12 * step);
          expect(Math.abs(scoreAt(scores, row, edge) - slope) / unit, JSON.stringify(edge)).toBeLessThan(2e-4);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same from the first position and from the first that differs', async () => {
    const [whole, late] = [await scoresOf({ start: 0 }), await scoresOf({ start: SAME })];
    whole.forEach(({ scores }, i) => {
      const unit = Math.max(1e-3, ...scores.data.map(Math.abs));
      const other = late[i]?.scores.data ?? [];
      expect(Math.max(...scores.data.map((v, k) => Math.abs(v - (other[k] ?? NaN)))) / unit).toBeLessThan(1e-5);
    });
  });

  it('stop where no destination sees the sources that are asked for', async () => {
    const { heads, layers } = model.architecture;
    const whole = await scoresOf({ start: SAME });
    const first = 1 + (layers - 1) * (heads + 1);
    const parts = await scoresOf({ start: SAME, first, end: first + heads });
    expect(parts.map(({ kind, layer }) => [kind, layer])).toEqual([
      ['logits', layers],
      ['mlp', layers - 1],
    ]);
    for (const [layer, to] of [
      [-1, 0],
      [layers - 1, 3 * heads],
    ] as const) {
      for (let head = 0; head < heads; head++) {
        const score = scoreAt(whole, 1, { source: first + head, layer, to });
        expect(scoreAt(parts, 1, { source: head, layer, to })).toBeCloseTo(score, 5);
      }
    }
  });

  it('score 0 where a source is the same in both runs', async () => {
    for (const { scores } of await scoresOf({ start: 0, from: donorFromRun(base) })) {
      expect(scores.data.every((v) => v === 0)).toBe(true);
    }
  });
});

it.each(smallModels)('%s is taken, or refused for what its gradients lack', async (name) => {
  const model = await loadSmallModel(name, home);
  const asking = expect(() => assertEdgeGradients(model.architecture));
  if (TAKEN.includes(name)) asking.not.toThrow();
  else asking.toThrow(/does not know/);
  await model.close();
});
