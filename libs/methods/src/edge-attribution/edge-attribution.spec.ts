import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { type Result, runRequestSchema } from '@patchbay/contracts';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { discover } from '../discover.js';
import type { ExperimentSpec } from '../experiment.js';
import { Experiments } from '../experiments.js';
import { ABLATIONS } from '../patching/donor.js';
import { sharesOf } from './params.js';
import type { Unit } from './plan-units.js';

/**
 * Scope: what integrated gradients must add up to (the metrics of METHODS §0.3, test 4; the variants, ablations and
 * architectures), going on from a checkpoint, what is refused. Gradients themselves are held against finite differences
 * in libs/transformer, scores against PyTorch in tests/src/parity.
 */

const home = mkdtempSync(join(tmpdir(), 'patchbay-attribution-'));
afterAll(() => rmSync(home, { recursive: true }));

const PAIRS = 6;
/** A model and its task: tinytasks if nothing else is said. */
interface Where {
  model?: string;
  task?: string;
  pairs?: number;
}
const specOf = (method: string, params: Record<string, unknown>, where: Where = {}): ExperimentSpec => {
  const { model = 'tinytasks', task = 'tinytasks/ioi', pairs = PAIRS } = where;
  const request = runRequestSchema.parse({ model, task, method, params, pairs });
  return { request, modelSource: model };
};
const run = (method: string, params: Record<string, unknown>, where?: Where): Promise<Result> =>
  discover(specOf(method, params, where), { home });

/** Σ of the scores of all edges out of some sources, by pair. */
const sent = ({ perExample }: Result, sources: RegExp): number[] => {
  const own = Object.entries(perExample).filter(([name]) => sources.test(name.split('->')[0] ?? ''));
  expect(own.length).toBeGreaterThan(0);
  const pairs = own[0]?.[1].length ?? 0;
  return Array.from({ length: pairs }, (_, i) => own.reduce((sum, [, values]) => sum + (values[i] ?? NaN), 0));
};
const worst = (a: readonly number[], b: readonly (number | null)[]): number =>
  Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? NaN))));

/** Small random models whose blocks differ: side by side, norms after attention and MLP, soft caps, no MLP. */
const families = ['gpt-neox-parallel', 'gemma2', 'gemma3', 'attention-only', 'qwen3'];
const words = join(home, 'words.jsonl');
const line = (clean: string, corrupted: string) => JSON.stringify({ clean, corrupted, answer: 't4', wrong: 't5' });
writeFileSync(words, [line('t1 t2 t3 t6', 't1 t7 t3 t6'), line('t1 t2 t3 t6', 't1 t2 t8 t9')].join('\n'));
const inFamily = (name: string): Where => ({
  model: fileURLToPath(new URL(`../../../../tests/fixtures/families/${name}`, import.meta.url)),
  ...{ task: words, pairs: 2 },
});

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

  it('with one step at the clean run is eap', async () => {
    const [one, clean] = [await run('eap-ig', { steps: 1, rule: 'right' }), await run('eap', {})];
    for (const [name, value] of Object.entries(clean.edges)) expect(one.edges[name]).toBeCloseTo(value, 5);
  });

  it.each(['reverse', 'xproportion'])(
    'edges out of tokens and positions of tracr-%s: l2, any ablation',
    async (program) => {
      const where = { model: `tracr-${program}`, task: `tracr/${program}` };
      for (const ablation of ABLATIONS) {
        const whole = await run('activation-patching', { site: 'resid-pre', donor: ablation }, where);
        const scores = await run('eap-ig', { steps: 40, ablation }, where);
        expect(scores.manifest.method.params).toMatchObject({ metric: 'l2', ablation });
        const effects = whole.perExample['r0'] ?? [];
        expect(Math.max(...effects.map((v) => v ?? NaN))).toBeGreaterThan(0.1);
        expect(worst(sent(scores, /^(input|pos)$/), effects)).toBeLessThan(1e-3);
      }
    },
  );
});

describe('eap-ig with the activations variant', () => {
  it.each([
    ['tinytasks', {}, 'resample'],
    ['tinytasks', {}, 'mean'],
    ...families.map((name) => [name, inFamily(name), 'resample'] as const),
    ['gemma2', inFamily('gemma2'), 'mean'],
  ] as const)(
    '%s: edges out of an MLP, the input or a layer’s heads add up to the effect of patching it',
    async (name, where, ablation) => {
      const result = await run('eap-ig', { steps: 80, variant: 'activations', ablation }, where);
      const patched = async (site: string) =>
        (await run('activation-patching', { site, donor: ablation }, where)).perExample;
      const [heads, input] = [await patched('attn-out'), await patched('resid-pre')];
      const mlps = name === 'attention-only' ? undefined : await patched('mlp-out');
      const groups: [RegExp, (number | null)[] | undefined][] = [[/^input$/, input['r0']]];
      for (const layer of [0, 1, 2]) {
        groups.push([new RegExp(`^a${layer}[.]`), heads[`a${layer}`]]);
        if (mlps) groups.push([new RegExp(`^m${layer}$`), mlps[`m${layer}`]]);
      }
      for (const [sources, effects = []] of groups) {
        const scale = Math.max(0.1, ...effects.map((v) => Math.abs(v ?? NaN)));
        expect(worst(sent(result, sources), effects) / scale, String(sources)).toBeLessThan(0.01);
      }
    },
  );
});

describe('a unit that is killed', () => {
  it.each(['inputs', 'activations'] as const)(
    'goes on from the last step to the same numbers, bit by bit (%s)',
    async (variant) => {
      const spec = specOf('eap-ig', { steps: 4, variant }, { pairs: 3 });
      const experiments = new Experiments({ home });
      const { units } = await experiments.start(spec);
      const unit = units[0] as Unit;
      const steps = 4 * unit.ways.length;
      const whole = await watched(experiments, spec, unit);
      expect(whole.fractions).toEqual(Array.from({ length: steps }, (_, i) => (i + 1) / steps));
      expect(whole.checkpoints).toHaveLength(steps - 1);
      for (const at of [1, Math.floor(steps / 2), steps - 1]) {
        // What reaches the next process has been through the store.
        const rest = await watched(experiments, spec, unit, deserialize(whole.checkpoints[at - 1] ?? Buffer.of()));
        expect(rest.fractions).toEqual(whole.fractions.slice(at));
        expect(rest.partial).toEqual(whole.partial);
      }
      await experiments.close();
    },
  );

  /** Computes a unit whose steps take two seconds each by the clock. */
  async function watched(experiments: Experiments, spec: ExperimentSpec, unit: Unit, checkpoint?: unknown) {
    vi.useFakeTimers({ toFake: ['performance'] });
    const fractions: number[] = [];
    const checkpoints: Buffer[] = [];
    const partial = await experiments.unit(spec, unit, {
      checkpoint,
      onProgress: (fraction) => {
        fractions.push(fraction);
        vi.advanceTimersByTime(2000);
      },
      save: (data) => Promise.resolve(void checkpoints.push(serialize(data))),
    });
    vi.useRealTimers();
    return { partial, fractions, checkpoints };
  }
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
