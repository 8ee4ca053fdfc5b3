import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeName } from './edge-name.js';

/**
 * Scope: every edge of tinytasks patched alone, against numbers computed in float64 by other code that runs one whole
 * forward pass for each edge (fixtures/tinytasks), pair by pair.
 */

const TOLERANCE = 1e-4;
const home = mkdtempSync(join(tmpdir(), 'patchbay-parity-'));
afterAll(() => rmSync(home, { recursive: true }));

interface Reference {
  edges: string[];
  mean_exact: number[];
  pairs: { exact: number[] }[];
}

describe.each([
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
])('edge patching on tinytasks/%s', (task, file) => {
  it('has the exact effect of each of the 262 edges for each pair', async () => {
    const path = new URL(`../../fixtures/tinytasks/${file}.edges.json`, import.meta.url);
    const reference = JSON.parse(readFileSync(path, 'utf8')) as Reference;
    const request = { model: 'tinytasks', task: `tinytasks/${task}`, method: 'edge-patching', pairs: 16 };
    const result = await discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home });
    expect(Object.keys(result.edges).sort()).toEqual(reference.edges.map(edgeName).sort());
    const errors = reference.edges.flatMap((edge, e) => [
      Math.abs((result.edges[edgeName(edge)] ?? NaN) - (reference.mean_exact[e] ?? NaN)),
      ...reference.pairs.map((pair, i) =>
        Math.abs((result.perExample[edgeName(edge)]?.[i] ?? NaN) - (pair.exact[e] ?? NaN)),
      ),
    ]);
    expect(errors).toHaveLength(262 * 17);
    expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
  });
});
