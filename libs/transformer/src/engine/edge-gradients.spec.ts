import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floats } from '@patchbay/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { masksOf } from '../testing/edge-masks.js';
import { loadSmallModel, smallModels } from '../testing/small-models.js';
import { type CachedRun, cacheRun, keptAt } from './cached-run.js';
import { type EdgeScores, edgeGradients, traceRun } from './edge-gradients.js';
import { runMasked } from './masked-run.js';
import { readPositions } from './positions.js';
import { rowOf, takeRows } from './rows.js';
import { type Donor, donorFromRun, sourceChanges } from './source-changes.js';
import { SourceOrder } from './sources.js';
import type { Floats, Transformer } from './transformer.js';

/**
 * Scope: gradients by edges against finite differences of the masked forward pass, in a model of every family
 * (METHODS §0.3, test 2): score(s → d) = ∂m/∂M_{s,d} where no edge is removed.
 */

const SAME = 3;
const ROWS = [0, 1].map((row) => ({ row, donorRow: row }));
const KEEP = new Set(['residPre', 'z', 'share', 'keys', 'values', 'mlpOut'] as const);
const home = mkdtempSync(join(tmpdir(), 'patchbay-edge-gradients-'));
afterAll(() => rmSync(home, { recursive: true }));

/** One edge, by the source's index and the destination's within its layer (3 · heads is the MLP); layer −1: logits. */
interface Edge {
  source: number;
  layer: number;
  to: number;
}

describe.each(smallModels)('gradients by the edges of %s', (name) => {
  let model: Transformer;
  let order: SourceOrder;
  let base: CachedRun;
  let donor: Donor;
  let length: number;
  /** first position that may differ */
  let changed: number;
  let read: number;
  beforeAll(async () => {
    model = await loadSmallModel(name, home);
    order = new SourceOrder(model.architecture);
    const { vocabulary, context, attention } = model.architecture;
    length = Math.min(9, context);
    const positions = readPositions(model.architecture, length);
    read = positions.length;
    changed = attention === 'bidirectional' ? 0 : Math.min(SAME, ...positions);
    const prompt = (seed: number) =>
      Array.from({ length }, (_, t) => (t < changed ? t : (seed * 31 + t * 17 + seed * t) % vocabulary));
    base = await cacheRun(model, [prompt(1), prompt(2)], KEEP);
    donor = donorFromRun(await cacheRun(model, [prompt(3), prompt(4)], KEEP));
  });
  afterAll(() => model.close());

  /** Tokens that the objective reads; a program's raw outputs are all read. */
  const tokens = (rows: number): number[][] | undefined =>
    model.architecture.outputs ? undefined : Array.from({ length: rows }, () => [3, 8, 11]);
  /** The objective: a fixed combination of outputs at every position that the answer is read from. */
  const weightOf = (output: number): number => Math.sin(1 + 2.3 * output);
  const objective = async (final: Floats): Promise<number[]> => {
    const rows = [...Array(final.dims[0] ?? 0).keys()];
    const logits = await model.logits(final, [...Array(read).keys()], tokens(rows.length));
    return rows.map((row) => rowOf(logits, row).reduce((sum, v, k) => sum + weightOf(k) * v, 0));
  };
  const seedOf = async (final: Floats) => {
    const ids = tokens(2);
    const { data } = await model.logits(final, [...Array(read).keys()], ids);
    const outputs = data.length / 2;
    const gradient = floats(
      Float32Array.from(data, (_, k) => weightOf(k % outputs)),
      2,
      read,
      outputs / read,
    );
    return { gradient, ids };
  };

  const scoresOf = async (x: { start: number; from?: Donor; first?: number; end?: number }): Promise<EdgeScores[]> => {
    const { start, from = donor, first = 0, end } = x;
    const changes = await sourceChanges(model, base, from, ROWS, start);
    const resid = takeRows(keptAt(base, 0, 'residPre'), [0, 1], start, length);
    const trace = await traceRun(model, base, start, { layer: 0, resid });
    expect(Math.max(...trace.final.data.map((v, i) => Math.abs(v - (base.final.data[i] ?? NaN))))).toBeLessThan(1e-4);
    const parts: EdgeScores[] = [];
    const sources = { first, end: end ?? changes.dims[0] ?? 0 };
    for await (const part of edgeGradients(model, trace, await seedOf(trace.final), changes, sources)) parts.push(part);
    return parts;
  };
  const scoreAt = (parts: EdgeScores[], row: number, { source, layer, to }: Edge): number => {
    const { heads, layers } = model.architecture;
    const kind = layer < 0 ? 'logits' : to === 3 * heads ? 'mlp' : 'head';
    const part = parts.find((p) => p.kind === kind && p.layer === (layer < 0 ? layers : layer));
    const [, , sources = 0] = part?.scores.dims ?? [];
    return rowOf(part?.scores as Floats, row)[(kind === 'head' ? to : 0) * sources + source] ?? NaN;
  };

  /** The objective of each row with `weight` of one edge removed, by edge. */
  const masked = async (edges: readonly Edge[], weight: number): Promise<number[][]> => {
    const batch = edges.flatMap((edge) => ROWS.map((own) => ({ edge, own })));
    const masks = masksOf(model.architecture, batch.length, (row, source, layer, to) => {
      const edge = batch[row]?.edge;
      return source === edge?.source && layer === edge.layer && (layer < 0 || to === edge.to) ? weight : 0;
    });
    const rows = batch.map(({ own }) => own);
    const values = await objective(await runMasked(model, { base, donor, rows, masks, start: changed }));
    return edges.map((_, i) => values.slice(2 * i, 2 * i + 2));
  };
  const everyEdge = (): Edge[] => {
    const { heads, layers, dMlp } = model.architecture;
    const into = (layer: number, to: number, sources: number): Edge[] =>
      Array.from({ length: sources }, (_, source) => ({ source, layer, to }));
    const ofLayer = (layer: number): Edge[] => [
      ...Array.from({ length: 3 * heads }, (_, to) => into(layer, to, order.head(layer, 0))).flat(),
      ...(dMlp > 0 ? into(layer, 3 * heads, order.seenByMlp(layer)) : []),
    ];
    return [
      ...into(-1, 0, order.head(layers, 0)),
      ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
    ];
  };

  it('are the derivatives of the masked forward pass where no edge is removed', async () => {
    const scores = await scoresOf({ start: changed });
    const unit = Math.max(...scores.flatMap((part) => [...part.scores.data.map(Math.abs)]));
    // Differences of fourth order: a step that float32 rounding does not drown bends the objective.
    // A compiled program is a hundred times steeper than a trained model.
    const step = name.startsWith('tracr') ? 2 ** -11 : 2 ** -7;
    const errors: number[] = [];
    const edges = everyEdge();
    for (let at = 0; at < edges.length; at += 40) {
      const some = edges.slice(at, at + 40);
      const [a, b, c, d] = [
        await masked(some, -2 * step),
        await masked(some, -step),
        await masked(some, step),
        await masked(some, 2 * step),
      ];
      some.forEach((edge, i) => {
        for (const row of [0, 1]) {
          const by = (values: number[][]): number => values[i]?.[row] ?? NaN;
          const slope = (8 * (by(c) - by(b)) - (by(d) - by(a))) / (12 * step);
          errors.push(Math.abs(scoreAt(scores, row, edge) - slope) / unit);
        }
      });
    }
    expect(Math.max(...errors)).toBeLessThan(2e-4);
  });

  it('are the same from the first position and from the first that differs', async () => {
    const [whole, late] = [await scoresOf({ start: 0 }), await scoresOf({ start: changed })];
    whole.forEach(({ scores }, i) => {
      const unit = Math.max(1e-3, ...scores.data.map(Math.abs));
      const other = late[i]?.scores.data ?? [];
      expect(Math.max(...scores.data.map((v, k) => Math.abs(v - (other[k] ?? NaN)))) / unit).toBeLessThan(1e-5);
    });
  });

  it('stop where no destination sees the sources that are asked for', async () => {
    const { heads, layers } = model.architecture;
    const whole = await scoresOf({ start: changed });
    const first = order.head(layers - 1, 0);
    const parts = await scoresOf({ start: changed, first, end: first + heads });
    const mlpSees = order.mlp(layers - 1) !== undefined && order.seenByMlp(layers - 1) > first;
    expect(parts.map(({ kind, layer }) => [kind, layer])).toEqual([
      ['logits', layers],
      ...(mlpSees ? [['mlp', layers - 1]] : []),
    ]);
    for (const { kind } of parts) {
      const [layer, to] = kind === 'logits' ? [-1, 0] : [layers - 1, 3 * heads];
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
