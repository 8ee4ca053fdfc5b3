import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { discover } from '../discover.js';
import { sharesOf } from './params.js';

/**
 * Scope: what integrated gradients must add up to (METHODS §0.3, item 4), and what is refused. Gradients themselves are
 * held against finite differences in libs/transformer, scores against PyTorch in tests/src/parity.
 */

const home = mkdtempSync(join(tmpdir(), 'patchbay-attribution-'));
afterAll(() => rmSync(home, { recursive: true }));

const PAIRS = 6;
const run = (method: string, params: Record<string, unknown>, task = 'tinytasks/ioi'): Promise<Result> => {
  const request = runRequestSchema.parse({ model: 'tinytasks', task, method, params, pairs: PAIRS });
  return discover({ request, modelSource: 'tinytasks' }, { home });
};

/** Σ of the scores of all edges out of some sources, by pair. */
const sent = ({ perExample }: Result, sources: RegExp): number[] => {
  const own = Object.entries(perExample).filter(([name]) => sources.test(name.split('->')[0] ?? ''));
  expect(own.length).toBeGreaterThan(0);
  return Array.from({ length: PAIRS }, (_, i) => own.reduce((sum, [, values]) => sum + (values[i] ?? NaN), 0));
};
const worst = (a: readonly number[], b: readonly (number | null)[]): number =>
  Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? NaN))));

describe('eap-ig with the inputs variant', () => {
  it.each(['logit-difference', 'prob-difference', 'kl', 'l2'])(
    '%s: edges out of the input add up to the whole change, the better the more steps',
    async (metric) => {
      // With every head and MLP recomputed, the input's way to the corrupted run is the whole way.
      const whole = await run('activation-patching', { site: 'resid-pre', metric });
      const expected = (whole.perExample['r0'] ?? []).map((v) => v ?? NaN);
      const scale = Math.max(...expected.map(Math.abs));
      const few = sent(await run('eap-ig', { steps: 5, metric }), /^input$/);
      const many = sent(await run('eap-ig', { steps: 80, metric }), /^input$/);
      expect(worst(many, expected) / scale).toBeLessThan(0.01);
      expect(worst(many, expected)).toBeLessThan(worst(few, expected) / 3);
    },
  );

  it('converges faster by the midpoint rule than by the others, which lie on either side of it', async () => {
    const { baseline, ...midpoint } = await run('eap-ig', { steps: 10 });
    const total = (result: Pick<Result, 'edges'>): number =>
      Object.entries(result.edges).reduce((sum, [name, v]) => sum + (name.startsWith('input->') ? v : 0), 0);
    const error = (result: Pick<Result, 'edges'>): number => total(result) - (baseline.corrupted - baseline.clean);
    const [left, right] = [
      await run('eap-ig', { steps: 10, rule: 'left' }),
      await run('eap-ig', { steps: 10, rule: 'right' }),
    ];
    expect(Math.abs(error(midpoint))).toBeLessThan(Math.min(Math.abs(error(left)), Math.abs(error(right))) / 2);
    expect(error(left) * error(right)).toBeLessThan(0);
  });

  it('with one step at the clean run is eap', async () => {
    const [one, clean] = [await run('eap-ig', { steps: 1, rule: 'right' }), await run('eap', {})];
    for (const [name, value] of Object.entries(clean.edges)) expect(one.edges[name]).toBeCloseTo(value, 5);
  });
});

describe('eap-ig with the activations variant', () => {
  it('edges out of a layer’s heads, an MLP or the input add up to the effect of patching just that', async () => {
    const result = await run('eap-ig', { steps: 80, variant: 'activations' });
    const patched = async (site: string) => (await run('activation-patching', { site })).perExample;
    const [heads, mlps, input] = [await patched('attn-out'), await patched('mlp-out'), await patched('resid-pre')];
    const groups = [
      [/^input$/, input['r0']],
      ...[0, 1, 2].flatMap((layer) => [
        [new RegExp(`^a${layer}[.]`), heads[`a${layer}`]] as const,
        [new RegExp(`^m${layer}$`), mlps[`m${layer}`]] as const,
      ]),
    ] as const;
    for (const [sources, effects = []] of groups) {
      const scale = Math.max(0.1, ...effects.map((v) => Math.abs(v ?? NaN)));
      expect(worst(sent(result, sources), effects) / scale, String(sources)).toBeLessThan(0.01);
    }
  });
});

describe('what is refused and what is defined', () => {
  it.each(['kl', 'l2'])('eap refuses %s, whose gradient is 0 at the clean run, and says what to do', async (metric) => {
    await expect(run('eap', { metric })).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('its gradient there is 0'),
      action: expect.stringContaining('eap-ig'),
    });
  });

  it('the normalised logit difference divides every score by the gap', async () => {
    const [plain, normalised] = [await run('eap', {}), await run('eap', { metric: 'logit-difference-normalised' })];
    const gap = plain.baseline.clean - plain.baseline.corrupted;
    const edge = 'm2->logits';
    expect(normalised.edges[edge]).toBeCloseTo((plain.edges[edge] ?? NaN) / gap, 6);
    expect(plain.manifest.conventions['importance']).toBe('-effect');
  });

  it('shares of the clean value by rule', () => {
    expect(sharesOf({ steps: 2, rule: 'midpoint' })).toEqual([0.25, 0.75]);
    expect(sharesOf({ steps: 2, rule: 'left' })).toEqual([0, 0.5]);
    expect(sharesOf({ steps: 2, rule: 'right' })).toEqual([0.5, 1]);
  });
});
