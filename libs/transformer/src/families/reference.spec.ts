import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cacheRun, keptAt } from '../engine/cached-run.js';
import { runPatched } from '../engine/patched-run.js';
import { rowOf } from '../engine/rows.js';
import { type Floats, Transformer } from '../engine/transformer.js';
import { openModel } from '../sources/open-model.js';
import { familyFixtures, fixture } from '../testing/fixtures.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

/**
 * Scope: each family's graph against logits that the `transformers` library computed in float64 of a small random
 * model whose settings all matter: every position of every prompt, and one head's z from another prompt.
 */

const TOLERANCE = 1e-4;
const root = temporaryFolder();
const referenceSchema = z.object({
  prompts: z.array(z.array(z.int())),
  /** [prompt][position][token] */
  logits: z.array(z.array(z.array(z.number()))),
  /** last logits of prompt 0 with a head's z, at all positions, taken from prompt 1 */
  patched: z.array(z.object({ layer: z.int(), head: z.int(), logits: z.array(z.number()) })),
});

describe.each(readdirSync(familyFixtures).filter((name) => !name.includes('.')))('%s', (name) => {
  const reference = referenceSchema.parse(JSON.parse(fixture(`families/${name}/reference.json`)));
  let model: Transformer;
  beforeAll(async () => {
    model = await Transformer.load(await openModel(`${familyFixtures}/${name}`, { home: root }), 'cpu');
  });
  afterAll(() => model.close());

  it('gives the reference logits at every position', async () => {
    const { prompts, logits } = reference;
    let resid = await model.embed(prompts);
    for (let layer = 0; layer < model.architecture.layers; layer++) {
      resid = (await model.block(layer, { resid, start: 0 }, ['residPost'])).residPost;
    }
    const all = await model.logits(resid, [...Array(prompts[0]?.length).keys()]);
    expect(largestDifference(all, logits.flat(2))).toBeLessThan(TOLERANCE);
    // of some tokens only, in another order
    const ids = prompts.map(() => [5, 3]);
    const some = await model.logits(resid, [2, 7], ids);
    const expected = logits.flatMap((rows) => [2, 7].flatMap((t) => [5, 3].map((id) => rows[t]?.[id] ?? NaN)));
    expect(largestDifference(some, expected)).toBeLessThan(TOLERANCE);
  });

  it('gives the reference logits with one head’s z from another prompt', async () => {
    const run = await cacheRun(model, reference.prompts, new Set(['residPre', 'z', 'keys', 'values']));
    for (const { layer, head, logits } of reference.patched) {
      const set = { layer, site: 'z' as const, donor: keptAt(run, layer, 'z') };
      const patch = { row: 0, donorRow: 1, head, from: 0, to: run.length };
      const final = await runPatched(model, run, set, [patch]);
      expect(largestDifference(await model.logits(final, 0), logits)).toBeLessThan(TOLERANCE);
      // the patch matters, so that the comparison means something
      const unpatched = rowOf(await model.logits(run.final, 0), 0);
      expect(Math.max(...logits.map((v, i) => Math.abs(v - (unpatched[i] ?? NaN))))).toBeGreaterThan(0.1);
    }
  });
});

function largestDifference({ data }: Floats, expected: readonly number[]): number {
  expect(data.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - (data[i] ?? NaN))));
}
