import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Scope: activation patching on compiled programs, bidirectional and measured at several positions, against numbers
 * computed in float64 by other code (fixtures/tracr): every head and MLP, both directions, each position.
 */

const TOLERANCE = 1e-4;
const PAIRS = 8;
const home = mkdtempSync(join(tmpdir(), 'patchbay-tracr-'));
afterAll(() => rmSync(home, { recursive: true }));

type Values = Record<string, number>;
type ByPair = { corrupted: number; noising: Values; denoising: Values };
const file = new URL('../../fixtures/tracr/activation.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as Record<string, ByPair[]>;

const run = (program: string, params: Record<string, unknown>): Promise<Result> => {
  const model = `tracr-${program}`;
  const request = { model, task: `tracr/${program}`, method: 'activation-patching', params, pairs: PAIRS };
  return discover({ request: runRequestSchema.parse(request), modelSource: model }, { home });
};

describe.each(Object.entries(reference))('activation patching on tracr-%s', (program, pairs) => {
  const mean = pairs.reduce((sum, pair) => sum + pair.corrupted, 0) / pairs.length;

  /** @returns how many values were compared */
  function expectEffects(result: Result, direction: 'noising' | 'denoising'): number {
    expect(result.baseline.clean).toBe(0);
    expect(Math.abs(result.baseline.corrupted - mean)).toBeLessThan(TOLERANCE);
    let compared = 0;
    for (const [name, effects] of Object.entries(result.perExample)) {
      pairs.forEach((pair, i) => {
        const base = direction === 'noising' ? 0 : pair.corrupted;
        const expected = (pair[direction][name] ?? NaN) - base;
        expect(Math.abs((effects[i] ?? NaN) - expected), `${name} of pair ${i}`).toBeLessThan(TOLERANCE);
        compared++;
      });
    }
    return compared;
  }

  it.each(['noising', 'denoising'] as const)('%s: every head and MLP, by l2 with nothing said', async (direction) => {
    const layers = Object.keys(pairs[0]?.denoising ?? {}).length / 2;
    const heads = await run(program, { direction });
    expect(heads.manifest.method.params['metric']).toBe('l2');
    expect(expectEffects(heads, direction)).toBe(PAIRS * layers);
    const mlps = await run(program, { direction, site: 'mlp-out', metric: 'l2' });
    expect(expectEffects(mlps, direction)).toBe(PAIRS * layers);
  });

  it('noising: every head at each position', async () => {
    expect(expectEffects(await run(program, { positions: 'each' }), 'noising')).toBeGreaterThan(4 * PAIRS);
  });

  it.each(['logit-difference', 'kl', 'prob-difference'])('refuses %s, a metric of tokens', async (metric) => {
    await expect(run(program, { metric })).rejects.toMatchObject({
      kind: 'invalid-input',
      action: 'Use the metric l2.',
    });
  });
});
