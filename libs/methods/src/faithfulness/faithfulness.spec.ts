import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PatchbayError, type RunRequestInput, runRequestSchema } from '@patchbay/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';

/** Scope: what a faithfulness run says of circuits whose truth is known, and what it refuses. */

const home = mkdtempSync(join(tmpdir(), 'patchbay-faithfulness-'));
afterAll(() => rmSync(home, { recursive: true }));

const run = (more: Partial<RunRequestInput>) => {
  const request = runRequestSchema.parse({
    model: 'tracr-reverse',
    task: 'tracr/reverse',
    method: 'faithfulness',
    ...more,
  });
  return discover({ request, modelSource: request.model }, { home });
};
const tinytasks = { model: 'tinytasks', task: 'tinytasks/ioi', pairs: 8 };

describe.each(['zero', 'resample'] as const)('the known circuit of a program under %s ablation', (ablation) => {
  it('does all that the program does, and random circuits of its size do not', async () => {
    const id = `tracr-reverse-${ablation}`;
    const { tables, manifest } = await run({ circuit: id, params: { ablation, truth: id } });
    const [row = []] = tables.circuit?.rows ?? [];
    const circuit = Object.fromEntries(tables.circuit?.columns.map((name, i) => [name, row[i]]) ?? []);
    expect(circuit).toMatchObject({
      edges: ablation === 'zero' ? 11 : 2,
      l2: expect.closeTo(0, 9),
      faithfulness: expect.closeTo(1, 6),
    });
    expect(circuit['random circuits']).toBeLessThan(0.9);
    // it has no scores, so there is nothing to draw a curve of
    expect(tables).not.toHaveProperty('curve');
    expect(tables.truth?.rows.map(([level, , , , , precision, recall]) => [level, precision, recall])).toEqual([
      ['edge', 1, 1],
      ['node', 1, 1],
    ]);
    expect(manifest.circuit).toMatchObject({ name: id, edges: ablation === 'zero' ? 11 : 2 });
  });
});

it.each(['mean', 'zero'] as const)('under %s ablation nothing is 0 and all is 1, by every pair', async (ablation) => {
  const scored = await discover(
    { request: runRequestSchema.parse({ ...tinytasks, method: 'eap' }), modelSource: 'tinytasks' },
    { home },
  );
  const circuit = join(home, `${ablation}.json`);
  writeFileSync(circuit, JSON.stringify(scored));
  const params = { ablation, shares: [0, 0.1, 1], draws: 100, selection: 'greedy' };
  const { tables, perExample } = await run({ ...tinytasks, circuit, params });
  const rows = tables.curve?.rows.filter(([ranking]) => ranking === 'signed') ?? [];
  expect(rows.map((row) => row[5])).toEqual([expect.closeTo(0, 6), expect.any(Number), expect.closeTo(1, 5)]);
  expect(perExample['signed@262']?.map((effect) => Math.abs(effect ?? NaN) < 1e-4)).toEqual(Array(8).fill(true));
});

describe('is refused', () => {
  const failure = (more: Partial<RunRequestInput>) =>
    run(more).then(
      () => expect.fail('it ran'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(PatchbayError);
        return (error as PatchbayError).message;
      },
    );

  it.each([
    ['without a circuit', {}, /none was given/],
    ['a file that there is not', { circuit: '/nowhere.json' }, /no circuit file/],
    ['another model’s reference', { circuit: 'ioi-wang' }, /another model: 12 layers of 12/],
    ['a truth of another model', { circuit: 'tracr-reverse-zero', params: { truth: 'docstring' } }, /another model/],
    [
      'a circuit for a method that takes none',
      { method: 'acdc', circuit: 'tracr-reverse-zero' },
      /evaluates no circuit/,
    ],
  ])('%s', async (_, more, message) => {
    expect(await failure(more)).toMatch(message);
  });
});
