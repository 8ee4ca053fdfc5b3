import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transformer, cacheRun, donorFromRun, openModel, runMasked } from '@patchbay/transformer';
import { type Pair, openTask } from '@patchbay/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../measure.js';
import { chunkPairs, firstDifference } from '../patching/chunk-pairs.js';
import { fixtureEdge } from '../testing/fixture-edge.js';
import { edgeGraphOf } from './edge-graph-of.js';
import { edgeMasks } from './edge-masks.js';

/** Scope: the masked forward pass on whole circuits against numbers that other code computed in float64. */

interface Circuits {
  /** the k edges with the largest |score| kept, all others carrying the corrupted run's value: LD by pair */
  curves: { score: 'mean_exact' | 'mean_eap' | 'mean_eap_ig5'; k: number; ld: number[] }[];
}
type Scores = { edges: string[] } & Record<Circuits['curves'][number]['score'], number[]>;

const KEEP = new Set(['residPre', 'z', 'share', 'mlpOut', 'keys', 'values'] as const);
const home = mkdtempSync(join(tmpdir(), 'patchbay-masks-'));
let model: Transformer;
beforeAll(async () => {
  model = await Transformer.load(await openModel('tinytasks', { home }), 'cpu');
});
afterAll(async () => {
  await model.close();
  rmSync(home, { recursive: true });
});

const fixture = (name: string): unknown => {
  const path = new URL(`../../../../tests/fixtures/tinytasks/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
};

describe.each([
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
])('circuits of tinytasks/%s', (task, file) => {
  it('of every size have the logit difference of each pair, all sizes in one batch', async () => {
    const { curves } = fixture(`${file}.circuits`) as Circuits;
    const scores = fixture(`${file}.edges`) as Scores;
    const { pairs } = await openTask(`tinytasks/${task}`, { model: model.files, pairs: 16, seed: 0 });
    const graph = edgeGraphOf(model.architecture);
    const removed = curves.map(({ score, k }) => {
      const order = scores[score].map((value, edge) => ({ size: Math.abs(value), edge }));
      const best = order.sort((a, b) => b.size - a.size || a.edge - b.edge).slice(0, k);
      const set = new Uint8Array(graph.size).fill(1);
      for (const { edge } of best) set[graph.edgeNamed(fixtureEdge(scores.edges[edge] ?? '')) ?? NaN] = 0;
      return set;
    });
    const errors: number[] = [];
    for (const chunk of chunkPairs(pairs, () => 64)) {
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
