import { expect, it } from 'vitest';
import { createTokenizer } from './create-tokenizer.js';
import { parseTokenizerFiles } from './tokenizer-files.js';

it('a vocabulary may be as large as that of Gemma', () => {
  const vocab = Object.fromEntries(Array.from({ length: 262_144 }, (_, id) => [`w${id}`, id]));
  const json = { pre_tokenizer: { type: 'WhitespaceSplit' }, model: { type: 'WordLevel', vocab, unk_token: 'w0' } };
  const tokenizer = createTokenizer(parseTokenizerFiles(json, {}, 'here'));
  expect(tokenizer.vocabulary).toBe(262_144);
  expect(tokenizer.encode('w7 w262143')).toEqual([7, 262_143]);
});
