import { flags, floats } from '@patchbay/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSmallModel, smallModels } from '../testing/small-models.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { type CachedRun, type Site, cacheRun, keptAt } from './cached-run.js';
import { type Patch, runPatched } from './patched-run.js';
import { readPositions } from './positions.js';
import { takePositions, takeRows } from './rows.js';
import { type BlockInput, type Floats, type Transformer, wholly } from './transformer.js';

/**
 * Scope: the shortcuts of a patched run (later layers, later positions, read positions) change no number, in a model of
 * every family: windows, soft caps, norms after a site, parallel residuals, no mask.
 */

const KEEP = new Set(['residPre', 'z', 'keys', 'values', 'attnOut', 'mlpOut'] as const);
const home = temporaryFolder();
let LENGTH: number;
let model: Transformer;
let base: CachedRun;
let donor: CachedRun;

async function open(name: string): Promise<void> {
  model = await loadSmallModel(name, home);
  const { vocabulary, context } = model.architecture;
  LENGTH = Math.min(9, context);
  const prompt = (seed: number) =>
    Array.from({ length: LENGTH }, (_, t) => (t === 0 ? 0 : (seed * 31 + t * 17 + seed * t) % vocabulary));
  base = await cacheRun(model, [prompt(1), prompt(2)], KEEP);
  donor = await cacheRun(model, [prompt(3), prompt(4), prompt(5)], KEEP);
}

/** The same intervention with nothing left out: every layer, every position, masks instead of a late start. */
async function runWhole(site: Site, layer: number, patch: Patch, from = donor): Promise<Floats> {
  let resid = await model.embed([base.prompts[patch.row] ?? []]);
  for (let l = 0; l < model.architecture.layers; l++) {
    const input: BlockInput = { resid, start: 0 };
    if (l === layer) Object.assign(input, intervention(site, resid, keptAt(from, layer, site), patch));
    resid = (await model.block(l, input, ['residPost'])).residPost;
  }
  return takePositions(resid, readPositions(model.architecture, LENGTH));
}

function intervention(
  site: Site,
  resid: Floats,
  values: Floats,
  { donorRow, head, from, to }: Patch,
): Partial<BlockInput> {
  const [, , ...rest] = values.dims;
  const size = LENGTH * rest.reduce((a, b) => a * b, 1);
  const given = floats(values.data.slice(donorRow * size, (donorRow + 1) * size), 1, LENGTH, ...rest);
  if (site === 'residPre') {
    const width = rest[0] ?? 0;
    const data = resid.data.slice();
    data.set(given.data.subarray(from * width, to * width), from * width);
    return { resid: { ...resid, data } };
  }
  const perRow = site === 'z' ? model.architecture.heads : 1;
  const mask = Uint8Array.from({ length: LENGTH * perRow }, (_, i) => {
    const t = Math.floor(i / perRow);
    return t >= from && t < to && (head === undefined || i % perRow === head) ? 1 : 0;
  });
  return { [site]: { given, mask: site === 'z' ? flags(mask, 1, LENGTH, perRow, 1) : flags(mask, 1, LENGTH, 1) } };
}

const distance = (a: Floats, b: Floats): number => {
  const largest = Math.max(...b.data.map(Math.abs));
  return Math.max(...a.data.map((v, i) => Math.abs(v - (b.data[i] ?? NaN)))) / largest;
};

describe.each(smallModels)('a patched run of %s', (name) => {
  beforeAll(() => open(name));
  afterAll(() => model.close());

  it('equals the whole forward pass with the same activation replaced, wherever it starts', async () => {
    const scenario = fc.record({
      site: fc.constantFrom<Site>('z', 'attnOut', 'mlpOut', 'residPre'),
      layer: fc.nat(model.architecture.layers - 1),
      head: fc.nat(model.architecture.heads - 1),
      row: fc.nat(1),
      donorRow: fc.nat(2),
      range: fc
        .tuple(fc.nat(LENGTH - 1), fc.nat(LENGTH - 1))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ site, layer, head, row, donorRow, range: [from, to] }) => {
        const patch: Patch = { row, donorRow, from, to, ...(site === 'z' ? { head } : {}) };
        const fast = await runPatched(model, base, { layer, site, donor: keptAt(donor, layer, site) }, [patch]);
        expect(distance(fast, await runWhole(site, layer, patch))).toBeLessThan(1e-5);
      }),
      { numRuns: name === 'tinytasks' ? 60 : 40 },
    );
  });

  it('computes many different patches in one batch as it does alone', async () => {
    const patches: Patch[] = [...Array(model.architecture.heads).keys()].flatMap((head) => [
      { row: head % 2, donorRow: head % 3, head, from: 2, to: LENGTH },
      { row: 1, donorRow: 0, head, from: LENGTH - 2, to: LENGTH - 1 },
    ]);
    const set = { layer: 1, site: 'z' as const, donor: keptAt(donor, 1, 'z') };
    const together = await runPatched(model, base, set, patches);
    for (const [i, patch] of patches.entries()) {
      const alone = await runPatched(model, base, set, [patch]);
      const row = takeRows(together, [i], 0, together.dims[1] ?? 0);
      expect(distance(row, alone)).toBeLessThan(1e-5);
    }
  });

  it('changes nothing, to the last bit, when an activation is overwritten by itself', async () => {
    const nothing: Patch = { row: 1, donorRow: 1, from: 0, to: 0 };
    for (const site of ['z', 'attnOut', 'mlpOut', 'residPre'] as const) {
      for (let layer = 0; layer < model.architecture.layers; layer++) {
        const own = await runWhole(site, layer, { ...nothing, to: LENGTH }, base);
        expect(own.data).toEqual((await runWhole(site, layer, nothing, base)).data);
      }
    }
  });

  it('is the base run, layer by layer, where attention is not computed but given: as z, or as its output', async () => {
    const last = model.architecture.layers - 1;
    for (let layer = 0; layer < last; layer++) {
      const resid = keptAt(base, layer, 'residPre');
      const next = keptAt(base, layer + 1, 'residPre');
      for (const site of ['z', 'attnOut'] as const) {
        const input = { resid, start: 0, [site]: wholly(keptAt(base, layer, site)) };
        const { residPost } = await model.block(layer, input, ['residPost']);
        expect(distance(residPost, next)).toBeLessThan(1e-6);
      }
    }
  });

  it('gives the donor’s output when everything it reads is the donor’s', async () => {
    const patches = [0, 1].map((row) => ({ row, donorRow: row + 1, from: 0, to: LENGTH }));
    const set = { layer: 0, site: 'residPre' as const, donor: keptAt(donor, 0, 'residPre') };
    const patched = await runPatched(model, base, set, patches);
    const expected = takeRows(donor.final, [1, 2], 0, donor.final.dims[1] ?? 0);
    expect(distance(patched, expected)).toBeLessThan(1e-6);
  });
});
