import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Weigh, masksOf } from '../testing/edge-masks.js';
import { loadSmallModel, smallModels } from '../testing/small-models.js';
import { type CachedRun, cacheRun, keptAt } from './cached-run.js';
import { runMasked } from './masked-run.js';
import { runPatched } from './patched-run.js';
import { takeRows } from './rows.js';
import { type Donor, donorFromRun, sourceChanges } from './source-changes.js';
import { SourceOrder } from './sources.js';
import type { Transformer } from './transformer.js';

/** Scope: the masked forward pass against what it must give, in a model of every family. */

const SAME = 3;
const KEEP = new Set(['residPre', 'z', 'share', 'keys', 'values', 'mlpOut'] as const);
const home = mkdtempSync(join(tmpdir(), 'patchbay-masked-'));
afterAll(() => rmSync(home, { recursive: true }));

const rowsOf = (n: number) => Array.from({ length: n }, (_, i) => ({ row: i % 2, donorRow: i % 2 }));
const distance = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? NaN)))) / Math.max(...b.map(Math.abs));

describe.each(smallModels)('the masked forward pass of %s', (name) => {
  let model: Transformer;
  let base: CachedRun;
  let other: CachedRun;
  let donor: Donor;
  let length: number;
  beforeAll(async () => {
    model = await loadSmallModel(name, home);
    const { vocabulary, context } = model.architecture;
    length = Math.min(9, context);
    const prompt = (seed: number) =>
      Array.from({ length }, (_, t) => (t < SAME ? t : seed * 31 + t * 17 + seed * t) % vocabulary);
    base = await cacheRun(model, [prompt(1), prompt(2)], KEEP);
    other = await cacheRun(model, [prompt(3), prompt(4)], KEEP);
    donor = donorFromRun(other);
  });
  afterAll(() => model.close());

  it('with no edge removed is the clean run, with all the corrupted run', async () => {
    for (const start of [0, SAME]) {
      const run = { base, donor, rows: rowsOf(2), start };
      const none = await runMasked(model, { ...run, masks: masksOf(model.architecture, 2, () => 0, true) });
      expect(distance(none.data, base.final.data)).toBeLessThan(1e-5);
      const all = await runMasked(model, { ...run, masks: masksOf(model.architecture, 2, () => 1) });
      expect(distance(all.data, other.final.data)).toBeLessThan(1e-5);
    }
    const nothing = { base, donor, rows: rowsOf(2), start: SAME, masks: masksOf(model.architecture, 2, () => 0) };
    expect((await runMasked(model, nothing)).data).toEqual(base.final.data);
  });

  it('with every edge from the input removed, and no other, is the corrupted run', async () => {
    // Every destination reads the donor's input, so all sources take the donor's values by themselves.
    const masks = masksOf(model.architecture, 2, (_, source) =>
      source < 2 && source < new SourceOrder(model.architecture).inputs ? 1 : 0,
    );
    const { data } = await runMasked(model, { base, donor, rows: rowsOf(2), start: SAME, masks });
    expect(distance(data, other.final.data)).toBeLessThan(1e-5);
  });

  it('with every edge into one head or MLP removed is the run with that activation patched', async () => {
    const { heads, layers, attention, family } = model.architecture;
    const from = attention === 'bidirectional' ? 0 : SAME;
    for (let layer = 0; layer < layers; layer++) {
      for (let to = 0; to <= (model.architecture.dMlp > 0 ? heads : heads - 1); to++) {
        const letters = to < heads ? [3 * to, 3 * to + 1, 3 * to + 2] : [3 * heads];
        const masks = masksOf(model.architecture, 2, (_, __, l, d) => (l === layer && letters.includes(d) ? 1 : 0));
        const masked = await runMasked(model, { base, donor, rows: rowsOf(2), start: SAME, masks });
        const site = to < heads ? ('z' as const) : ('mlpOut' as const);
        const patches = rowsOf(2).map((row) => ({ ...row, from, to: length, ...(to < heads && { head: to }) }));
        const patched = await runPatched(model, base, { layer, site, donor: keptAt(other, layer, site) }, patches);
        expect(distance(masked.data, patched.data)).toBeLessThan(1e-5);
        // Most of a compiled program's nodes carry the same in any two runs.
        if (family !== 'tracr') expect(distance(masked.data, base.final.data)).toBeGreaterThan(1e-5);
      }
    }
  });

  it('mixes different edge sets in one batch, and leaves out layers, positions and changes that are known', async () => {
    const { heads, layers } = model.architecture;
    const set = fc.array(
      fc.record({
        source: fc.nat(layers * (heads + 1)),
        layer: fc.integer({ min: -1, max: layers - 1 }),
        to: fc.nat(3 * heads),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const changes = await sourceChanges(model, base, donor, rowsOf(2), 0);
    await fc.assert(
      fc.asyncProperty(fc.array(set, { minLength: 3, maxLength: 3 }), async (sets) => {
        const weigh: Weigh = (row, source, layer, to) =>
          sets[row]?.some((e) => e.source === source && e.layer === layer && (layer < 0 || e.to === to)) ? 1 : 0;
        const together = await runMasked(model, {
          base,
          donor,
          rows: rowsOf(3),
          start: SAME,
          masks: masksOf(model.architecture, 3, weigh),
          changes,
        });
        for (const [i, row] of rowsOf(3).entries()) {
          const masks = masksOf(model.architecture, 1, (_, ...edge) => weigh(i, ...edge), true);
          const alone = await runMasked(model, { base, donor, rows: [row], start: 0, masks });
          const one = takeRows(together, [i], 0, together.dims[1] ?? 0);
          expect(distance(one.data, alone.data)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('does not feel an edge whose source has the same value in both runs', async () => {
    const own = donorFromRun(base);
    const masks = masksOf(model.architecture, 2, (row, source) => (row + source) % 2);
    const { data } = await runMasked(model, { base, donor: own, rows: rowsOf(2), start: 0, masks });
    expect(distance(data, base.final.data)).toBeLessThan(1e-5);
  });
});
