import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type CachedRun,
  type Donor,
  Transformer,
  cacheRun,
  donorFromRun,
  openModel,
  runMasked,
} from '@patchbay/transformer';
import { type Pair, openTask } from '@patchbay/tasks';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeGraphOf } from '../edges/edge-graph-of.js';
import { edgeMasks } from '../edges/edge-masks.js';
import { measure } from '../measure.js';
import { fixtureEdge } from '../testing/fixture-edge.js';
import { isKept, scan, startScan } from './scan.js';
import { visitOrder } from './visit-order.js';

/**
 * Scope: compiled programs whose other run has its positions permuted too, so that edges out of `pos` count as well
 * (fixtures/tracr): every edge alone, and ACDC's scan.
 */

interface Truth {
  edges: string[];
  resampleShuffledPositions: string[];
  positionPermutations: number[][];
}
const truths = JSON.parse(
  readFileSync(new URL('../../../../tests/fixtures/tracr/edges.json', import.meta.url), 'utf8'),
) as Record<string, Truth>;

const KEEP = new Set(['residPre', 'z', 'share', 'mlpOut', 'keys', 'values'] as const);
const METRIC = 'l2';
const home = mkdtempSync(join(tmpdir(), 'patchbay-shuffled-'));
afterAll(() => rmSync(home, { recursive: true }));

/** A copy of a program whose position t has the embedding of position p[t]. */
async function permuted(name: string, permutation: readonly number[]): Promise<Transformer> {
  const { tensors } = await openModel(name, { home });
  const table = tensors.get('pos_embed.W_pos');
  if (!table) throw new Error(`${name} has no position embeddings`);
  const folder = mkdtempSync(join(home, 'program-'));
  cpSync(dirname(table.path), folder, { recursive: true });
  const path = join(folder, 'model.safetensors');
  const bytes = readFileSync(path);
  const rows = bytes.subarray(table.offset, table.offset + table.bytes);
  const [size, before] = [table.bytes / (table.shape[0] ?? 1), Buffer.from(rows)];
  permutation.forEach((from, to) => rows.set(before.subarray(from * size, (from + 1) * size), to * size));
  writeFileSync(path, bytes);
  return Transformer.load(await openModel(folder, { home }), 'cpu');
}

async function donorOf(program: string, permutation: readonly number[], pairs: readonly Pair[]): Promise<Donor> {
  const model = await permuted(program, permutation);
  const run = await cacheRun(
    model,
    pairs.map((pair) => pair.corrupted),
    KEEP,
  );
  const positions = await model.positionEmbeddings(run.length);
  await model.close();
  return { ...donorFromRun(run), positions };
}

describe.each(Object.entries(truths))('tracr-%s with positions permuted', (program, truth) => {
  const name = `tracr-${program}`;
  const expected = truth.resampleShuffledPositions.map(fixtureEdge).sort();

  it('has the known circuit: every edge alone, and by ACDC at τ = 1e-6 and 1e-3', async () => {
    const model = await Transformer.load(await openModel(name, { home }), 'cpu');
    const { pairs } = await openTask(`tracr/${program}`, { model: model.files, pairs: 30, seed: 0 });
    const graph = edgeGraphOf(model.architecture);
    const base: CachedRun = await cacheRun(
      model,
      pairs.map((pair) => pair.clean),
      KEEP,
    );
    const clean = (await measure(model, base.final, pairs, METRIC)).logits;
    const donors: Donor[] = [];
    for (const permutation of truth.positionPermutations) donors.push(await donorOf(name, permutation, pairs));

    /** Mean over permutations and pairs. */
    const lossOf = async (sets: readonly Uint8Array[]): Promise<number[]> => {
      const totals = sets.map(() => 0);
      const batch = sets.flatMap((set, i) => pairs.map((pair, row) => ({ set, i, pair, row })));
      const masks = edgeMasks(
        graph,
        batch.map(({ set }) => set),
      );
      const rows = batch.map(({ row }) => ({ row, donorRow: row }));
      const theirs = batch.map(({ pair }) => pair);
      const outputs = batch.map(({ row }) => clean[row] as Float32Array);
      for (const donor of donors) {
        const final = await runMasked(model, { base, donor, rows, masks, start: 0 });
        const { values } = await measure(model, final, theirs, METRIC, outputs);
        batch.forEach(
          ({ i }, k) => (totals[i] = (totals[i] ?? NaN) + (values[k] ?? NaN) / pairs.length / donors.length),
        );
      }
      return totals;
    };

    const names = Array.from({ length: graph.size }, (_, edge) => graph.edgeName(edge));
    expect([...names].sort()).toEqual(truth.edges.map(fixtureEdge).sort());
    const alone = await lossOf(names.map((_, edge) => new Uint8Array(graph.size).fill(1, edge, edge + 1)));
    expect(names.filter((_, edge) => (alone[edge] ?? NaN) > 1e-6).sort()).toEqual(expected);
    for (const tau of [1e-6, 1e-3]) {
      const stages = visitOrder(graph, 'normal', 0);
      const done = await scan(startScan(graph, 0), { graph, stages, end: graph.size, tau, lossOf, width: 16 });
      expect(names.filter((_, edge) => isKept(done, edge)).sort()).toEqual(expected);
    }
    await model.close();
  });
});
