import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Onnx from '@patchbay/onnx';
import { flags, floats } from '@patchbay/runtime';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadSmallModel } from '../testing/small-models.js';
import { type CachedRun, cacheRun, keptAt } from './cached-run.js';
import { assertEdgesReplaced, changesNothing } from './check-interventions.js';
import type * as EdgeGraphs from './edge-graphs.js';
import { runPatched } from './patched-run.js';
import type * as Rows from './rows.js';
import type { Transformer } from './transformer.js';

/** Scope: bugs planted where interventions are made are found before any number comes of them. */

const planted = vi.hoisted((): { bug: 'none' | 'graph' | 'rows' | 'edges' } => ({ bug: 'none' }));
vi.mock('@patchbay/onnx', async (load) => {
  const real = await load<typeof Onnx>();
  // the graph computes on, whatever is given
  const where: typeof real.where = (mask, a, b) => real.where(mask, planted.bug === 'graph' ? b : a, b);
  return { ...real, where };
});
vi.mock('./rows.js', async (load) => {
  const real = await load<typeof Rows>();
  // every prompt gets the first prompt's donor
  const rowOf: typeof real.rowOf = (x, row) => real.rowOf(x, planted.bug === 'rows' ? 0 : row);
  return { ...real, rowOf };
});
vi.mock('./edge-graphs.js', async (load) => {
  const real = await load<typeof EdgeGraphs>();
  // another layer's weights
  const edgeAttentionGraph: typeof real.edgeAttentionGraph = (files, layer) =>
    real.edgeAttentionGraph(files, planted.bug === 'edges' ? 0 : layer);
  return { ...real, edgeAttentionGraph };
});

const home = mkdtempSync(join(tmpdir(), 'patchbay-checks-'));
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(() => (planted.bug = 'none'));

const KEEP = new Set(['residPre', 'z', 'attnOut', 'mlpOut', 'keys', 'values'] as const);
const LENGTH = 6;
const prompts = (seed: number) => [0, 1].map((row) => Array.from({ length: LENGTH }, (_, t) => seed + 7 * row + t * t));

async function withModel(
  bug: typeof planted.bug,
  use: (model: Transformer, base: CachedRun, other: CachedRun) => Promise<void>,
): Promise<void> {
  planted.bug = bug;
  const model = await loadSmallModel('tinytasks', home);
  try {
    await use(model, await cacheRun(model, prompts(1), KEEP), await cacheRun(model, prompts(40), KEEP));
  } finally {
    await model.close();
  }
}

const patches = [0, 1].map((row) => ({ row, donorRow: row, from: 0, to: LENGTH }));

describe('an intervention that is not made', () => {
  it.each(['attnOut', 'mlpOut'] as const)('inside the graph is refused by its site: %s', async (site) => {
    await withModel('graph', async (model, base, other) => {
      const run = runPatched(model, base, { layer: 1, site, donor: keptAt(other, 1, site) }, patches);
      await expect(run).rejects.toMatchObject({
        kind: 'internal',
        message: expect.stringContaining(`${site} of layer 1`),
      });
    });
  });

  it('on some heads only is refused too', async () => {
    await withModel('graph', async (model, base) => {
      const resid = keptAt(base, 0, 'residPre');
      const { heads } = model.architecture;
      const mask = flags(
        Uint8Array.from({ length: heads }, (_, h) => Number(h === 1)),
        1,
        1,
        heads,
        1,
      );
      const z = { given: floats(Float32Array.of(3), 1, 1, 1, 1), mask };
      await expect(model.block(0, { resid, start: 0, z }, ['residPost'])).rejects.toThrow('z of layer 0');
    });
  });

  it.each(['z', 'residPre', 'mlpOut'] as const)('with another prompt’s donor is refused: %s', async (site) => {
    await withModel('rows', async (model, base, other) => {
      const head = site === 'z' ? { head: 1 } : {};
      const theirs = patches.map((patch) => ({ ...patch, ...head }));
      const run = runPatched(model, base, { layer: 0, site, donor: keptAt(other, 0, site) }, theirs);
      await expect(run).rejects.toThrow(`${site} of layer 0`);
    });
  });

  it('on edges is refused by the head that they go into', async () => {
    await withModel('edges', async (model, base) => {
      const { heads, dModel } = model.architecture;
      const changes = floats(Float32Array.from({ length: 2 * LENGTH * dModel }, Math.sin), 1, 2, LENGTH, dModel);
      const data = new Float32Array(2 * 3 * heads);
      data[3 * heads + 4] = 1; // the second row's k of the second head
      const input = { resid: keptAt(base, 1, 'residPre'), start: 0, changes, mask: floats(data, 2, 1, 3 * heads) };
      await expect(model.edgeAttention(1, input)).rejects.toThrow('edges into a1.h1');
    });
  });
});

describe('interventions that are made', () => {
  it('pass on prompts of any length', async () => {
    const [length, heads, dHead] = [1000, 2, 100];
    const z = floats(new Float32Array(length * heads * dHead).fill(1), 1, length, heads, dHead);
    const model = { block: () => Promise.resolve({ z }) } as unknown as Transformer;
    const input = {
      ...{ resid: floats(new Float32Array(length * 4), 1, length, 4), start: 0 },
      changes: floats(new Float32Array(length * 4), 1, 1, length, 4),
      mask: floats(Float32Array.of(0, 0, 1, 0, 0, 0), 1, 1, 3 * heads),
    };
    await expect(assertEdgesReplaced(model, 0, input, () => Promise.resolve(z))).resolves.toBeUndefined();
  });

  it('pass, and those that change nothing are known', async () => {
    await withModel('none', async (model, base, other) => {
      const patched = { layer: 0, site: 'z' as const, donor: keptAt(other, 0, 'z') };
      const [first = { row: 0, donorRow: 0, from: 0, to: LENGTH }] = patches;
      await runPatched(model, base, patched, [{ ...first, head: 0 }]);
      expect(changesNothing(base, patched, { ...first, head: 0 })).toBe(false);
      const same = { ...patched, donor: keptAt(base, 0, 'z') };
      expect(changesNothing(base, same, { ...first, head: 0 })).toBe(true);
      const final = await runPatched(model, base, same, [{ ...first, head: 0 }]);
      final.data.forEach((v, i) => expect(v).toBeCloseTo(base.final.data[i] ?? NaN, 5));
    });
  });
});
