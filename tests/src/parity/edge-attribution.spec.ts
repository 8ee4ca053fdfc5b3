import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeName } from './edge-name.js';

/**
 * Scope: edge attribution patching on tinytasks, against gradients computed in float64 by PyTorch (fixtures/tinytasks),
 * pair by pair.
 */

const TOLERANCE = 1e-4;
const home = mkdtempSync(join(tmpdir(), 'patchbay-parity-'));
afterAll(() => rmSync(home, { recursive: true }));

interface Reference {
  edges: string[];
  mean_eap: number[];
  mean_eap_ig5: number[];
  pairs: { eap: number[]; eap_ig5: number[] }[];
}

describe.each([
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
])('tinytasks/%s', (task, file) => {
  const path = new URL(`../../fixtures/tinytasks/${file}.edges.json`, import.meta.url);
  const reference = JSON.parse(readFileSync(path, 'utf8')) as Reference;

  it.each([
    ['eap', 'eap', {}],
    ['eap-ig', 'eap_ig5', { steps: 5, rule: 'right' }],
  ] as const)('%s scores each of the 262 edges for each pair', async (method, key, params) => {
    const request = { model: 'tinytasks', task: `tinytasks/${task}`, method, params, pairs: 16 };
    const result = await discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home });
    expect(Object.keys(result.edges).sort()).toEqual(reference.edges.map(edgeName).sort());
    const means = reference[`mean_${key}`];
    const errors = reference.edges.flatMap((edge, e) => [
      Math.abs((result.edges[edgeName(edge)] ?? NaN) - (means[e] ?? NaN)),
      ...reference.pairs.map((pair, i) =>
        Math.abs((result.perExample[edgeName(edge)]?.[i] ?? NaN) - (pair[key][e] ?? NaN)),
      ),
    ]);
    expect(errors).toHaveLength(262 * 17);
    expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
  });
});
