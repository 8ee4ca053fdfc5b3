import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Transformer } from '../engine/transformer.js';
import { openModel } from '../sources/open-model.js';
import { fixture, ggufFixtures } from '../testing/fixtures.js';
import { temporaryFolder } from '../testing/temporary-folder.js';

/**
 * Scope: GGUF files with the metadata, tensor names and changed weights (1 + w, reordered q, k, v) of llama.cpp's
 * converter give the logits that `transformers` computed of the model they were made from.
 */

const TOLERANCE = 1e-4;
const home = temporaryFolder();
const referenceSchema = z.object({
  prompts: z.array(z.array(z.int())),
  logits: z.array(z.array(z.array(z.number()))),
});

describe('a GGUF file', () => {
  it.each(readdirSync(ggufFixtures).filter((name) => name.endsWith('.gguf')))('%s', async (file) => {
    const reference: unknown = JSON.parse(fixture(`gguf/families/${file.replace('.gguf', '.json')}`));
    const { prompts, logits } = referenceSchema.parse(reference);
    const model = await Transformer.load(await openModel(`${ggufFixtures}/${file}`, { home }), 'cpu');
    let resid = await model.embed(prompts);
    for (let layer = 0; layer < model.architecture.layers; layer++) {
      resid = (await model.block(layer, { resid, start: 0 }, ['residPost'])).residPost;
    }
    const { data } = await model.logits(resid, [...Array(prompts[0]?.length).keys()]);
    const expected = logits.flat(2);
    expect(data.length).toBe(expected.length);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (data[i] ?? NaN))))).toBeLessThan(TOLERANCE);
    await model.close();
  });
});
