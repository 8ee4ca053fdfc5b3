import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeName } from './edge-name.js';
import { tracrTruth } from './tracr-truth.js';

/**
 * Scope: the edges that ACDC keeps in compiled programs, by squared distance, are exactly those of their known circuits
 * (fixtures/tracr), whichever sibling is tried first: in these programs every edge that matters does so alone.
 */

const home = mkdtempSync(join(tmpdir(), 'patchbay-tracr-acdc-'));
afterAll(() => rmSync(home, { recursive: true }));

describe.each(Object.entries(tracrTruth))('ACDC on tracr-%s', (program, { edges: all, ...circuits }) => {
  const cases = ([1e-6, 1e-3] as const).flatMap((tau) =>
    (['resample', 'zero'] as const).flatMap((ablation) =>
      (['normal', 'reverse'] as const).map((order) => [tau, ablation, order] as const),
    ),
  );

  it.each(cases)(
    'keeps the whole circuit and nothing else at τ = %d under %s in %s order',
    async (tau, ablation, order) => {
      const model = `tracr-${program}`;
      const params = { tau, ablation, order };
      const request = runRequestSchema.parse({ model, task: `tracr/${program}`, method: 'acdc', params });
      const { edges, tables } = await discover({ request, modelSource: model }, { home });
      expect(Object.keys(edges).sort()).toEqual(circuits[ablation].map(edgeName).sort());
      expect(Object.keys(edges).length + (tables.removed?.rows.length ?? 0)).toBe(all.length);
    },
  );
});
