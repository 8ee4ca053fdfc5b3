import { type Circuit, EdgeGraph, readCircuit } from '@patchbay/circuit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleManifest, sampleRequest, sampleResult } from '../testing/samples.js';
import { startTestStore, type TestStore } from '../testing/test-store.js';
import { fromColumns, toColumns } from './circuit-columns.js';

/** Scope: circuits kept under a name: whole again to the last bit, found by model and by node, forgotten. */

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const graph = new EdgeGraph({ layers: 2, heads: 3, mlps: true });
/** @param edges names of those that are kept */
const circuitOf = (...edges: string[]): Circuit => ({
  graph,
  scores: Float64Array.from({ length: graph.size }, (_, edge) => (edge % 5 === 0 ? NaN : Math.sin(edge))),
  kept: Uint8Array.from({ length: graph.size }, (_, edge) => (edges.includes(graph.edgeName(edge)) ? 1 : 0)),
});
const heads = circuitOf('input->a0.h1<q>', 'a0.h1->logits');
const mlps = circuitOf('input->m0', 'm0->m1', 'm1->logits');
const query = { limit: 50 };
const names = async (more: object): Promise<string[]> =>
  (await test.store.circuits.list({ ...query, ...more })).circuits.map(({ name }) => name);

describe('a stored circuit', () => {
  it('comes back as it was, scores and edges to the last bit', async () => {
    const { circuits } = test.store;
    const view = await circuits.add({ name: 'heads', model: 'tiny', circuit: heads });
    expect(view).toMatchObject({
      name: 'heads',
      model: 'tiny',
      edges: 2,
      nodes: ['a0.h1'],
      run: null,
      selection: null,
    });
    expect(await circuits.get('heads')).toEqual(view);
    const back = await circuits.circuit('heads');
    expect(back.scores).toEqual(heads.scores);
    expect(back.kept).toEqual(heads.kept);
    const text = readCircuit((await circuits.text('heads')) ?? '', graph.shape);
    expect({ scores: text.scores, kept: text.kept }).toEqual({ scores: heads.scores, kept: heads.kept });
  });

  it('takes 65 bits an edge', () => {
    const { scores, kept } = toColumns(mlps);
    expect([scores.length, kept.length]).toEqual([8 * graph.size, Math.ceil(graph.size / 8)]);
    expect(fromColumns(graph.shape, { scores, kept }).kept).toEqual(mlps.kept);
  });

  it('is taken again under its name, and another is refused', async () => {
    const { circuits } = test.store;
    const added = await Promise.all(
      Array.from({ length: 5 }, () => circuits.add({ name: 'again', model: 'tiny', circuit: mlps })),
    );
    expect(new Set(added.map(({ createdAt }) => createdAt)).size).toBe(1);
    const other = { name: 'again', model: 'tiny', circuit: heads };
    await expect(circuits.add(other)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(circuits.add({ ...other, circuit: mlps, model: 'big' })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('is found by its model and by what it contains, page by page', async () => {
    const { circuits } = test.store;
    await circuits.add({ name: 'other', model: 'big', circuit: mlps });
    expect(await names({})).toEqual(['again', 'heads', 'other']);
    expect(await names({ node: 'a0.h1' })).toEqual(['heads']);
    expect(await names({ node: 'm1' })).toEqual(['again', 'other']);
    expect(await names({ node: 'm1', model: 'big' })).toEqual(['other']);
    const { next } = await circuits.list({ limit: 2 });
    expect(await names({ after: next })).toEqual(['other']);
  });

  it('remembers the run and the choice that it was made by, and is forgotten', async () => {
    const { circuits, runs } = test.store;
    const { run } = await runs.create(sampleRequest());
    const selection = { top: 3, ranking: 'signed' } as const;
    const added = await circuits.add({ name: 'made', model: 'tiny', circuit: mlps, run: run.id, selection });
    expect(added).toMatchObject({ run: run.id, selection });
    await circuits.delete('made');
    await expect(circuits.get('made')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(circuits.delete('made')).rejects.toMatchObject({ kind: 'not-found' });
    expect(await names({ node: 'm0' })).not.toContain('made');
  });

  it('and a run are what a request may name; a path is left alone', async () => {
    const { circuits, runs } = test.store;
    const { run } = await runs.create(sampleRequest());
    await runs.begin(run.id, sampleManifest());
    await runs.succeed(run.id, sampleResult());
    expect(JSON.parse((await circuits.text(run.id)) ?? '')).toEqual(sampleResult());
    expect(await circuits.text('/some/file.json')).toBeUndefined();
    expect(await circuits.text('no-such')).toBeUndefined();
  });
});
