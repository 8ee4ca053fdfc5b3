import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transformer, cacheRun, donorFromRun, openModel, runMasked } from '@patchbay/transformer';
import { type Pair, openTask } from '@patchbay/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../measure.js';
import { chunkPairs, firstDifference } from '../patching/chunk-pairs.js';
import { edgeGraphOf } from './edge-graph-of.js';
import { edgeMasks } from './edge-masks.js';

/** Scope: the masked forward pass on whole circuits against numbers that other code computed in float64. */

interface Circuits {
  /** all edges but `kept` carry the corrupted run's value: logit difference by pair */
  curves: { k: number; kept: string[]; ld: number[] }[];
}

const KEEP = new Set(['residPre', 'z', 'mlpOut', 'keys', 'values'] as const);
const home = mkdtempSync(join(tmpdir(), 'patchbay-masks-'));
let model: Transformer;
beforeAll(async () => {
  model = await Transformer.load(await openModel('tinytasks', { home }), 'cpu');
});
afterAll(async () => {
  await model.close();
  rmSync(home, { recursive: true });
});

/** `a0.1->a1.2.q` of the fixture is `a0.h1->a1.h2<q>`; `embed` is `input`. */
const edgeName = (name: string): string =>
  name
    .replace('embed', 'input')
    .replace(/a(\d+)\.(\d+)/g, 'a$1.h$2')
    .replace(/\.([qkv])$/, '<$1>');

describe.each([
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
])('circuits of tinytasks/%s', (task, file) => {
  it('of every size have the logit difference of each pair, all sizes in one batch', async () => {
    const path = new URL(`../../../../tests/fixtures/tinytasks/${file}.circuits.json`, import.meta.url);
    const { curves } = JSON.parse(readFileSync(path, 'utf8')) as Circuits;
    const { pairs } = await openTask(`tinytasks/${task}`, { model: model.files, pairs: 16, seed: 0 });
    const graph = edgeGraphOf(model.architecture);
    const removed = curves.map(({ kept }) => {
      const set = new Uint8Array(graph.size).fill(1);
      for (const name of kept) set[graph.edgeNamed(edgeName(name)) ?? NaN] = 0;
      expect(set.filter((v) => v === 0)).toHaveLength(kept.length);
      return set;
    });
    const errors: number[] = [];
    for (const chunk of chunkPairs(pairs, 1e4)) {
      const some = chunk.map((i) => pairs[i] as Pair);
      const base = await cacheRun(
        model,
        some.map((pair) => pair.clean),
        KEEP,
      );
      const donor = donorFromRun(
        await cacheRun(
          model,
          some.map((pair) => pair.corrupted),
          KEEP,
        ),
      );
      const batch = chunk.flatMap((pair, row) => curves.map((curve, set) => ({ pair, row, curve, set })));
      const rows = batch.map(({ row }) => ({ row, donorRow: row }));
      const masks = edgeMasks(
        graph,
        batch.map(({ set }) => removed[set] as Uint8Array),
      );
      const start = Math.min(...some.map(firstDifference));
      const final = await runMasked(model, { base, donor, rows, masks, start });
      const theirs = batch.map(({ pair }) => pairs[pair] as Pair);
      const { values } = await measure(model, final, theirs, 'logit-difference');
      batch.forEach(({ curve, pair }, i) => errors.push(Math.abs((values[i] ?? NaN) - (curve.ld[pair] ?? NaN))));
    }
    expect(errors).toHaveLength(16 * curves.length);
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });
});
