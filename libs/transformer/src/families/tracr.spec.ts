import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RawOutputs } from '../architecture.js';
import { cacheRun } from '../engine/cached-run.js';
import { readPositions } from '../engine/positions.js';
import { rowOf } from '../engine/rows.js';
import { Transformer } from '../engine/transformer.js';
import { openModel } from '../sources/open-model.js';
import { readRepositoryFile } from '../testing/fixtures.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { tracr } from './tracr.js';

/** Scope: compiled programs give the raw outputs and the answers of their cases, as Tracr and RASP's interpreter do. */

const home = temporaryFolder();
const answer = z.union([z.string(), z.number()]).nullable();
const casesSchema = z.array(
  z.object({
    clean_ids: z.array(z.int()),
    /** of positions 1, 2, …; null where the program gives nothing */
    expected_clean: z.array(answer),
    output_clean: z.array(z.array(z.number())),
  }),
);
const casesOf = (program: string) => {
  const text = readRepositoryFile(`libs/tasks/data/tracr/${program}.json`);
  return casesSchema.parse((JSON.parse(text) as { cases: unknown }).cases);
};

describe.each(['reverse', 'xproportion', 'hist', 'sort'])('tracr-%s', (program) => {
  it('gives the outputs of its cases, and they mean the right answers', async () => {
    const model = await Transformer.load(await openModel(`tracr-${program}`, { home }), 'cpu');
    const { outputs } = model.architecture;
    if (!outputs) throw new Error('no outputs');
    const cases = casesOf(program);
    const length = cases[0]?.clean_ids.length ?? 0;
    expect(readPositions(model.architecture, length)).toEqual(outputs.positions);
    const run = await cacheRun(
      model,
      cases.map((one) => one.clean_ids),
      new Set(),
    );
    const read = await model.logits(run.final, [...outputs.positions.keys()]);
    cases.forEach(({ expected_clean: expected, output_clean: rows }, i) => {
      const given = rowOf(read, i);
      outputs.positions.forEach((position, at) => {
        const values = [...given.subarray(at * outputs.size, (at + 1) * outputs.size)];
        values.forEach((value, j) => expect(Math.abs(value - (rows[position]?.[j] ?? NaN))).toBeLessThan(1e-4));
        expectAnswer(outputs, values, expected[position - 1] ?? null);
      });
    });
    await model.close();
  });
});

function expectAnswer({ kind, labels }: RawOutputs, values: readonly number[], expected: z.infer<typeof answer>) {
  if (kind === 'numerical') expect(values[0]).toBeCloseTo(Number(expected), 4);
  else expect(labels[values.indexOf(Math.max(...values))]).toBe(String(expected));
}

describe('a Tracr configuration', () => {
  const config = {
    ...{ n_layers: 1, n_heads: 2, d_model: 4, d_head: 2, d_mlp: 3, n_ctx: 3, d_out: 2, vocab: ['BOS', 1] },
    ...{ residual_labels: ['a'], output_type: 'categorical', output_labels: [1, 2], scored_positions: [2, 1] },
    ...{ layer_norm: null, activation: 'relu', attention: 'bidirectional', attention_scale: '1/sqrt(d_head)' },
  };
  const none: ReadonlySet<string> = new Set();

  it('is recognised with no architecture named, and brings its vocabulary', () => {
    expect(tracr.recognises?.(config)).toBe(true);
    expect(tracr.recognises?.({ vocab: ['a'] })).toBe(false);
    expect(tracr.tokenizer?.(config).json.model.vocab).toEqual({ BOS: 0, '1': 1 });
    expect(tracr.architecture(config, none).outputs).toEqual({
      ...{ kind: 'categorical', size: 2, labels: ['1', '2'], positions: [1, 2] },
    });
  });

  it.each([
    [{ layer_norm: 'pre' }, /layer_norm to "pre"/],
    [{ attention: 'causal' }, /attention to "causal"/],
    [{ activation: 'gelu' }, /activation to "gelu"/],
    [{ d_head: 0 }, /d_head is 0/],
    [{ scored_positions: [] }, /scored_positions/],
  ])('refuses %j', (setting, message) => {
    expect(() => tracr.architecture({ ...config, ...setting }, none)).toThrow(message);
  });
});
