import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';
import { edgeName } from './edge-name.js';

/**
 * Scope: every decision of ACDC on tinytasks, against other code that computes in float64 and runs one whole forward
 * pass for each edge (fixtures/tinytasks). The nearest call there is 6.3e-5 from τ.
 */

const TOLERANCE = 1e-5;
const home = mkdtempSync(join(tmpdir(), 'patchbay-parity-'));
afterAll(() => rmSync(home, { recursive: true }));

interface Reference {
  acdc: {
    tau: number;
    pairs_used: number;
    kept: string[];
    final_kl: number;
    closest_decision: number;
    steps: [edge: string, rise: number, removed: boolean][];
  }[];
}

const cases = [
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
].flatMap(([task = '', file = '']) => {
  const path = new URL(`../../fixtures/tinytasks/${file}.circuits.json`, import.meta.url);
  const { acdc } = JSON.parse(readFileSync(path, 'utf8')) as Reference;
  return acdc.map((reference) => ({ task, reference, tau: reference.tau }));
});

describe.each(cases)('ACDC on tinytasks/$task at τ = $tau', ({ task, reference, tau }) => {
  it('makes every decision of the reference in its order, with the same rise', async () => {
    const request = runRequestSchema.parse({
      ...{ model: 'tinytasks', task: `tinytasks/${task}`, method: 'acdc' },
      ...{ params: { tau }, pairs: reference.pairs_used },
    });
    const { edges, tables } = await discover({ request, modelSource: 'tinytasks' }, { home });
    const steps = (tables.steps?.rows ?? []) as [string, number, boolean][];
    expect(steps.map(([edge, , removed]) => [edge, removed])).toEqual(
      reference.steps.map(([edge, , removed]) => [edgeName(edge), removed]),
    );
    const errors = reference.steps.map(([, rise], i) => Math.abs((steps[i]?.[1] ?? NaN) - rise));
    expect(reference.closest_decision).toBeGreaterThan(5 * TOLERANCE);
    expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
    expect(Object.keys(edges).sort()).toEqual(reference.kept.map(edgeName).sort());
    expect(tables.removed?.rows).toHaveLength(262 - reference.kept.length);
    const [[count, divergence] = []] = tables.circuit?.rows ?? [];
    expect(count).toBe(reference.kept.length);
    expect(divergence).toBeCloseTo(reference.final_kl, 5);
  });
});
