import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSmallModel, smallModels } from '../testing/small-models.js';
import { cacheRun, keptAt } from './cached-run.js';
import { headOutputs } from './head-outputs.js';
import type { Floats } from './transformer.js';

/** Scope: head outputs as they come layer by layer, against what each head writes at each position, in every family. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-head-outputs-'));
afterAll(() => rmSync(home, { recursive: true }));

const BATCH = 3;

describe.each(smallModels)('%s', (name) => {
  it.each(['mean', 'last'] as const)('%s over positions', async (positions) => {
    const model = await loadSmallModel(name, home);
    const { layers, heads, dHead, dModel, vocabulary, context } = model.architecture;
    const length = Math.min(7, context);
    const prompts = Array.from({ length: BATCH }, (_, row) =>
      Array.from({ length }, (_, t) => (7 * row + 3 * t + 1) % vocabulary),
    );
    const run = await cacheRun(model, prompts, new Set(['share']));
    const got: Floats[] = [];
    const final = await headOutputs(model, prompts, {
      positions,
      layer: (layer, writes) => {
        expect(layer).toBe(got.length);
        got.push(writes);
        return Promise.resolve();
      },
    });
    expect(final).toEqual(run.final);
    expect(got).toHaveLength(layers);
    for (const [layer, { data, dims }] of got.entries()) {
      expect(dims).toEqual([BATCH, heads, dModel]);
      const share = { data: keptAt(run, layer, 'share').data, dims: [BATCH * length, heads, dHead] };
      const writes = (await model.headWrites(layer, share)).data; // [heads, batch · seq, d_model]
      const scale = Math.max(...writes.map(Math.abs));
      const counted = positions === 'mean' ? [...Array(length).keys()] : [length - 1];
      for (let i = 0; i < data.length; i++) {
        const [d, head, row] = [i % dModel, Math.floor(i / dModel) % heads, Math.floor(i / dModel / heads)];
        const at = (t: number): number => writes[(head * BATCH * length + row * length + t) * dModel + d] ?? NaN;
        const expected = counted.reduce((sum, t) => sum + at(t), 0) / counted.length;
        expect(Math.abs((data[i] ?? NaN) - expected)).toBeLessThan(1e-5 * scale + 1e-7);
      }
    }
    await model.close();
  });
});
