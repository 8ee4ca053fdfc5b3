import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Scope: activation patching on tinytasks against reference numbers computed in float64 by other code
 * (fixtures/tinytasks): every head and MLP, both directions, all positions and each position, pair by pair.
 */

const TOLERANCE = 1e-4;
const home = mkdtempSync(join(tmpdir(), 'patchbay-parity-'));
afterAll(() => rmSync(home, { recursive: true }));

type ByPair = Record<string, number[] | number[][] | number[][][]> & { ld_clean: number; ld_corrupted: number };
const reference = (name: string): ByPair[] => {
  const file = new URL(`../../fixtures/tinytasks/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { pairs: ByPair[] }).pairs;
};

const run = (task: string, params: Record<string, unknown>): Promise<Result> => {
  const request = { model: 'tinytasks', task: `tinytasks/${task}`, method: 'activation-patching', params, pairs: 16 };
  return discover({ request: runRequestSchema.parse(request), modelSource: 'tinytasks' }, { home });
};

/** Every number of a nested array with its path of indices. */
function* leaves(values: unknown, path: number[] = []): Generator<[number[], number]> {
  if (typeof values === 'number') yield [path, values];
  else for (const [i, inner] of (values as unknown[]).entries()) yield* leaves(inner, [...path, i]);
}

/** @returns how many values were compared */
function expectEffects(
  result: Result,
  pairs: ByPair[],
  bases: ByPair[],
  key: string,
  name: (path: number[]) => string,
): number {
  let compared = 0;
  for (const [i, pair] of pairs.entries()) {
    const base = key.startsWith('noising') ? bases[i]?.ld_clean : bases[i]?.ld_corrupted;
    for (const [path, value] of leaves(pair[key])) {
      const effect = result.perExample[name(path)]?.[i] ?? NaN;
      expect(Math.abs(effect + (base ?? NaN) - value), `${name(path)} of pair ${i}`).toBeLessThan(TOLERANCE);
      compared++;
    }
  }
  return compared;
}

describe.each([
  ['ioi', 'ioi'],
  ['greater-than', 'greater_than'],
])('activation patching on tinytasks/%s', (task, file) => {
  const whole = reference(`${file}.activation`);
  const byPosition = reference(`${file}.activation_by_position`);

  it.each(['noising', 'denoising'])('%s: every head and MLP', async (direction) => {
    const heads = await run(task, { direction });
    expect(expectEffects(heads, whole, whole, `${direction}_z`, ([l, h]) => `a${l}.h${h}`)).toBe(16 * 12);
    const mlps = await run(task, { direction, site: 'mlp-out' });
    expect(expectEffects(mlps, whole, whole, `${direction}_mlp`, ([l]) => `m${l}`)).toBe(16 * 3);
    const mean = whole.reduce((sum, pair) => sum + pair.ld_clean, 0) / whole.length;
    expect(Math.abs(heads.baseline.clean - mean)).toBeLessThan(TOLERANCE);
  });

  it.each(['noising', 'denoising'])('%s: every head and residual stream at each position', async (direction) => {
    const heads = await run(task, { direction, positions: 'each' });
    const name = ([l, h, t]: number[]): string => `a${l}.h${h}@${t}`;
    expect(expectEffects(heads, byPosition, whole, `${direction}_z`, name)).toBeGreaterThan(2000);
    const resid = await run(task, { direction, positions: 'each', site: 'resid-pre' });
    expect(expectEffects(resid, byPosition, whole, `${direction}_resid_pre`, ([l, t]) => `r${l}@${t}`)).toBeGreaterThan(
      600,
    );
  });
});
