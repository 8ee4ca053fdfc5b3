import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeName } from './edge-name.js';
import { tracrTruth } from './tracr-truth.js';

/**
 * Scope: the edges that edge patching finds in compiled programs are exactly those of their known circuits
 * (fixtures/tracr): no causal mask, no norms, positions a source of their own, answers read at several positions.
 */

const home = mkdtempSync(join(tmpdir(), 'patchbay-tracr-edges-'));
afterAll(() => rmSync(home, { recursive: true }));

describe.each(Object.entries(tracrTruth))('edge patching on tracr-%s', (program, { edges, ...circuits }) => {
  it.each(['resample', 'zero'] as const)('finds the whole circuit and nothing else under %s', async (ablation) => {
    const model = `tracr-${program}`;
    const request = { model, task: `tracr/${program}`, method: 'edge-patching', params: { ablation } };
    const result = await discover({ request: runRequestSchema.parse(request), modelSource: model }, { home });
    expect(Object.keys(result.edges).sort()).toEqual(edges.map(edgeName).sort());
    const found = Object.entries(result.edges).flatMap(([name, effect]) => (effect > 1e-6 ? [name] : []));
    expect(found.sort()).toEqual(circuits[ablation].map(edgeName).sort());
  });
});
