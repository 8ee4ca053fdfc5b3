import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { type Measured, unlikeEach } from './equally-faithful.js';

/** Scope: which circuits count as equally faithful and unlike; a run on the built-in model; what is refused. */

describe('a set of equally faithful circuits', () => {
  const apart = { low: 0.1, high: 0.3 };
  const same = { low: -0.1, high: 0.1 };
  /** Circuits of 4 edges of 8; `tell[i]`: those that circuit i is told from. */
  const world = (edges: readonly number[][], tell: readonly number[][]): Measured[] =>
    edges.map((kept, i) => ({
      ...{
        name: String(i),
        value: 0.9,
        interval: same,
        kept: Uint8Array.from({ length: 8 }, (_, e) => +kept.includes(e)),
      },
      differences: edges.map((_, j) => (tell[i]?.includes(j) || tell[j]?.includes(i) ? apart : same)),
    }));
  const names = (measured: Measured[]) => unlikeEach(measured, 0.8).map(({ circuit }) => circuit.name);
  const circuits = [
    [0, 1, 2, 3],
    [0, 1, 2, 4],
    [4, 5, 6, 7],
  ];

  it('has those whose faithfulness cannot be told apart and that share few edges, where there is more than one', () => {
    const found = unlikeEach(world(circuits, []), 0.8);
    expect(found.map(({ circuit }) => circuit.name)).toEqual(['0', '1', '2']);
    // 0 and 1 share 3 of 5 edges
    expect(found.map(({ likest }) => likest)).toEqual([0.6, 0.6, 1 / 7]);
  });

  it('leaves out what is told from any of the set, and what is nearly the same', () => {
    expect(names(world(circuits, [[], [2]]))).toEqual(['0', '1']);
    expect(names(world(circuits, [[1, 2]]))).toEqual(['0']);
    expect(
      names(
        world(
          [
            [0, 1, 2, 3],
            [0, 1, 2, 3],
            [4, 5, 6, 7],
          ],
          [],
        ),
      ),
    ).toEqual(['0', '2']);
  });
});

describe('circuit-stability on the built-in model', () => {
  const home = mkdtempSync(join(tmpdir(), 'patchbay-stability-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const run = (method: string, params: object, circuitText?: string): Promise<Result> => {
    const circuit = circuitText === undefined ? {} : { circuit: 'a-run' };
    const request = { model: 'tinytasks', task: 'tinytasks/ioi', method, params: { ...params }, pairs: 12, ...circuit };
    return discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks', circuitText }, { home });
  };
  const params = { edges: 40, samples: 4, draws: 200 };
  let scored: string;
  let result: Result;
  beforeAll(async () => {
    scored = JSON.stringify(await run('eap', {}));
    result = await run('circuit-stability', params, scored);
  });

  it('measures the circuit of all pairs as a faithfulness run does', async () => {
    const faithfulness = await run('faithfulness', { edges: [0, 40], randomCircuits: 0, draws: 100 }, scored);
    const expected = faithfulness.perExample['absolute@40'] ?? [];
    expect(expected).toHaveLength(12);
    expected.forEach((effect, i) => expect(result.perExample['all pairs']?.[i]).toBeCloseTo(effect ?? NaN, 4));
    const f = faithfulness.tables.curve?.rows.find((row) => row[0] === 'absolute' && row[2] === 40)?.[5];
    expect(result.tables.circuits?.rows[0]?.[3]).toBeCloseTo(Number(f), 5);
  });

  it('says at each size how alike the samples are, and of each circuit how faithful it is', () => {
    const sizes = result.tables.stability?.rows ?? [];
    expect(sizes.at(-1)?.slice(0, 2)).toEqual([262, 1]);
    for (const [, jaccard] of sizes) expect(jaccard).toBeGreaterThan(0);
    const circuits = result.tables.circuits?.rows ?? [];
    expect(circuits.map(([name]) => name)).toEqual(['all pairs', 'sample 0', 'sample 1', 'sample 2', 'sample 3']);
    expect(circuits[0]?.[6]).toBe(1);
    expect(new Set(circuits.map((row) => row[6])).size).toBeGreaterThan(1);
    for (const [, , , value, low, high] of circuits) {
      expect(Number(low)).toBeLessThanOrEqual(Number(value));
      expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
    }
    expect(result.tables['equally faithful']?.rows[0]?.[0]).toBe('all pairs');
  });

  it('gives the same for the same seed', async () => {
    expect((await run('circuit-stability', params, scored)).tables).toEqual(result.tables);
  });

  it('refuses scores that are no means over pairs', async () => {
    const kept = JSON.stringify(await run('acdc', {}));
    await expect(run('circuit-stability', params, kept)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('cannot be sampled again'),
    });
  });
});
