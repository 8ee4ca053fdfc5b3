import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { fetchSmollm2, openModel } from '@patchbay/transformer';
import { beforeAll, describe, expect, it } from 'vitest';

/**
 * Scope: a real language model, from its GGUF: token ids, baselines and both 30 × 9 patching matrices against numbers
 * that plain PyTorch gave (fixtures/smollm2; TransformerLens agrees with them to 4e-6).
 */

const home =
  process.env['PATCHBAY_TEST_HOME'] ?? fileURLToPath(new URL('../../../node_modules/.cache/patchbay', import.meta.url));
const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/smollm2/${name}`, import.meta.url));
const lines = readFileSync(fixture('ioi_pairs.jsonl'), 'utf8').trim().split('\n');
const pairs = lines.map(
  (line) => JSON.parse(line) as { clean: string; corrupted: string; clean_ids: number[]; corrupted_ids: number[] },
);
const reference = JSON.parse(readFileSync(fixture('reference_ioi.json'), 'utf8')) as {
  mean_logit_diff: { clean: number; corrupt_swap: number };
  act_patch: Record<'noise_swap' | 'denoise_corrupt_swap', number[][]>;
  path_patch_to_logits: Record<'noise_swap' | 'noise_swap_mlps_frozen', number[][]>;
};

const request = { model: 'smollm2', task: fixture('ioi_pairs.jsonl') };

beforeAll(() => fetchSmollm2({ home }), 600_000);

describe('SmolLM2-135M-Instruct', () => {
  it('gives the token ids of the reference', async () => {
    const { tokenizer } = await openModel('smollm2', { home });
    for (const { clean, corrupted, clean_ids, corrupted_ids } of pairs) {
      expect(tokenizer.encode(clean)).toEqual(clean_ids);
      expect(tokenizer.encode(corrupted)).toEqual(corrupted_ids);
    }
  });

  it.each([
    ['noising', 'noise_swap'],
    ['denoising', 'denoise_corrupt_swap'],
  ] as const)(
    '%s every head: logit differences within 1e-2, as the reference has them',
    async (direction, key) => {
      const { baseline, nodes } = await discover(
        {
          request: runRequestSchema.parse({ ...request, method: 'activation-patching', params: { direction } }),
          modelSource: 'smollm2',
        },
        { home },
      );
      expect(Math.abs(baseline.clean - reference.mean_logit_diff.clean)).toBeLessThan(1e-2);
      expect(Math.abs(baseline.corrupted - reference.mean_logit_diff.corrupt_swap)).toBeLessThan(1e-2);
      const base = direction === 'noising' ? baseline.clean : baseline.corrupted;
      const errors = reference.act_patch[key].flatMap((row, l) =>
        row.map((v, h) => Math.abs(base + (nodes[`a${l}.h${h}`] ?? NaN) - v)),
      );
      expect(errors).toHaveLength(30 * 9);
      expect(Math.max(...errors)).toBeLessThan(1e-2);
    },
    300_000,
  );

  it.each([
    ['recompute', 'noise_swap'],
    ['freeze', 'noise_swap_mlps_frozen'],
  ] as const)(
    'path patching from every head to the logits, MLPs under %s, within 1e-2',
    async (mlpPolicy, key) => {
      const { nodes, baseline } = await discover(
        {
          request: runRequestSchema.parse({ ...request, method: 'path-patching', params: { mlpPolicy } }),
          modelSource: 'smollm2',
        },
        { home },
      );
      const errors = reference.path_patch_to_logits[key].flatMap((row, l) =>
        row.map((v, h) => Math.abs(baseline.clean + (nodes[`a${l}.h${h}`] ?? NaN) - v)),
      );
      expect(errors).toHaveLength(30 * 9);
      expect(Math.max(...errors)).toBeLessThan(1e-2);
    },
    300_000,
  );
});
