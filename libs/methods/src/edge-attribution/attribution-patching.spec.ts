import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequestSchema } from '@patchbay/contracts';
import {
  type CachedRun,
  type Kept,
  type Site,
  Transformer,
  cacheRun,
  keptAt,
  openModel,
  runPatched,
} from '@patchbay/transformer';
import { openTask } from '@patchbay/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { measure } from '../measure.js';

/** Scope: node scores against finite differences of activation patching by small shares of the corrupted value. */

const PAIRS = 4;
const METRIC = 'prob-difference';
const home = mkdtempSync(join(tmpdir(), 'patchbay-node-attribution-'));
afterAll(() => rmSync(home, { recursive: true }));

describe('attribution patching', () => {
  let model: Transformer;
  beforeAll(async () => {
    model = await Transformer.load(await openModel('tinytasks', { home }), 'cpu');
  });
  afterAll(() => model.close());

  it('is the derivative of patching each head and MLP, pair by pair', async () => {
    const request = { model: 'tinytasks', task: 'tinytasks/greater-than', method: 'attribution-patching' };
    const parsed = runRequestSchema.parse({ ...request, params: { metric: METRIC }, pairs: PAIRS });
    const { perExample, nodes } = await discover({ request: parsed, modelSource: 'tinytasks' }, { home });
    expect(Object.keys(nodes)).toHaveLength(1 + 3 * 5);

    const { pairs } = await openTask(request.task, { model: model.files, pairs: PAIRS, seed: 0 });
    const keep = new Set<Kept>(['residPre', 'z', 'mlpOut', 'keys', 'values']);
    const run = (side: 'clean' | 'corrupted'): Promise<CachedRun> =>
      cacheRun(
        model,
        pairs.map((pair) => pair[side]),
        keep,
      );
    const [clean, corrupted] = [await run('clean'), await run('corrupted')];
    const metricWith = async (layer: number, site: Site, share: number, head?: number): Promise<Float64Array> => {
      const [own, other] = [keptAt(clean, layer, site), keptAt(corrupted, layer, site)];
      const data = own.data.map((v, i) => v + share * ((other.data[i] ?? NaN) - v));
      const patches = pairs.map((_, row) => ({ row, donorRow: row, head, from: 0, to: clean.length }));
      const final = await runPatched(
        model,
        clean,
        { layer, site, donor: { data, dims: own.dims }, donorStart: 0 },
        patches,
      );
      return (await measure(model, final, pairs, METRIC)).values;
    };
    const unit = Math.max(...Object.values(perExample).flatMap((values) => values.map((v) => Math.abs(v ?? NaN))));
    const check = async (name: string, layer: number, site: Site, head?: number): Promise<void> => {
      const step = 2 ** -6;
      const at: Float64Array[] = [];
      for (const k of [-2, -1, 1, 2]) at.push(await metricWith(layer, site, k * step, head));
      perExample[name]?.forEach((score, i) => {
        const [a, b, c, d] = at.map((values) => values[i] ?? NaN) as [number, number, number, number];
        const slope = (8 * (c - b) - (d - a)) / (12 * step);
        expect(Math.abs((score ?? NaN) - slope) / unit, name).toBeLessThan(1e-3);
      });
    };
    await check('input', 0, 'residPre');
    for (let layer = 0; layer < 3; layer++) {
      for (let head = 0; head < 4; head++) await check(`a${layer}.h${head}`, layer, 'z', head);
      await check(`m${layer}`, layer, 'mlpOut');
    }
  });
});
