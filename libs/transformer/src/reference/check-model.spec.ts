import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../sources/open-model.js';
import { checkModel } from './check-model.js';
import type { Reference } from './reference-file.js';
import { storedCheck } from './stored-check.js';

/** Scope: a model against logits that other code computed of it (transformers, see the reference's `source`). */

const home = mkdtempSync(join(tmpdir(), 'patchbay-check-'));
const own = fileURLToPath(new URL('../../models/tinytasks', import.meta.url));
const folder = join(home, 'copy');
const file = join(folder, 'patchbay-reference.json');
beforeAll(() => cpSync(own, folder, { recursive: true }));
afterAll(() => rmSync(home, { recursive: true }));

/** The copy's reference, changed. */
function withReference(change: (reference: Reference) => void): void {
  const reference = JSON.parse(readFileSync(join(own, 'patchbay-reference.json'), 'utf8')) as Reference;
  change(reference);
  writeFileSync(file, JSON.stringify(reference));
}
const first = (reference: Reference): Reference['prompts'][number] => {
  const [prompt] = reference.prompts;
  if (!prompt) throw new Error('no prompt');
  return prompt;
};

describe('a model with a reference', () => {
  it('agrees with it, which is remembered with its weights', async () => {
    const { sha256 } = await openModel('tinytasks', { home });
    expect(await storedCheck(sha256, home)).toBeUndefined();
    const check = await checkModel('tinytasks', { home });
    expect(check).toMatchObject({ logits: 80, agrees: true, source: expect.stringContaining('transformers') });
    expect(check?.largestDifference).toBeLessThan(1e-4);
    expect(check?.largestDifference).toBeGreaterThan(0);
    expect(await storedCheck(sha256, home)).toEqual(check);
  });

  it('differs where one logit does, wherever it is read', async () => {
    withReference((reference) => (first(reference).logits[3] = 0));
    expect(await checkModel(folder, { home })).toMatchObject({ agrees: false, tolerance: 1e-3 });
    withReference((reference) => (first(reference).position = 2));
    expect(await checkModel(folder, { home })).toMatchObject({ agrees: false });
  });

  it.each<[string, (prompt: Reference['prompts'][number]) => void, RegExp]>([
    ['ids that the tokenizer does not give', (prompt) => (prompt.ids[1] = 7), /reads .* as/],
    ['tokens beyond the vocabulary', (prompt) => (prompt.tokens[0] = 413), /token 413/],
    ['fewer logits than tokens', (prompt) => void prompt.logits.pop(), /prompts\.0.*differ in number/],
    ['a position beyond the prompt', (prompt) => (prompt.position = 99), /beyond the prompt/],
  ])('refuses %s', async (_, change, message) => {
    withReference((reference) => change(first(reference)));
    const checking = checkModel(folder, { home });
    await expect(checking).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(checking).rejects.toThrow(message);
  });

  it('is unchecked once the reference is gone', async () => {
    rmSync(file);
    expect(await checkModel(folder, { home })).toBeNull();
  });
});
