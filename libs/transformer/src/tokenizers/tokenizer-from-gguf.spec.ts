import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixture } from '../testing/fixtures.js';
import { createTokenizer } from './create-tokenizer.js';
import { tokenizerFromGguf } from './tokenizer-from-gguf.js';

/** Ids by the Rust `tokenizers` and by SentencePiece, on texts that are hard to split. */
const reference = z.record(
  z.string(),
  z.object({
    metadata: z.record(z.string(), z.unknown()),
    texts: z.array(z.object({ text: z.string(), ids: z.array(z.int()), decoded: z.string().nullable() })),
  }),
);
const cases = reference.parse(JSON.parse(fixture('gguf/tokenizers.json')));

const fromGguf = (metadata: Record<string, unknown>) =>
  tokenizerFromGguf(new Map(Object.entries(metadata).map(([key, value]) => [`tokenizer.ggml.${key}`, value])));
const metadataOf = (name: string) => cases[name]?.metadata ?? {};

describe('tokenizer of a GGUF file', () => {
  it.each(Object.entries(cases))('%s gives the ids of the original tokenizer', (_, { metadata, texts }) => {
    const tokenizer = createTokenizer(fromGguf(metadata));
    expect(texts.map(({ text }) => tokenizer.encode(text))).toEqual(texts.map(({ ids }) => ids));
    for (const { ids, decoded } of texts) if (decoded !== null) expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it('puts BOS before a text only where the file says so', () => {
    const metadata = metadataOf('smollm');
    const [plain, begun] = [false, true].map((add) => createTokenizer(fromGguf({ ...metadata, add_bos_token: add })));
    expect(begun?.encode('a')).toEqual([0, ...(plain?.encode('a') ?? [])]);
    const silent = createTokenizer(fromGguf({ ...metadata, add_bos_token: undefined }));
    expect(silent.encode('a')).toEqual(plain?.encode('a'));
  });

  it('knows which tokenizers have an unknown token, and that neither kind is spaceless', () => {
    expect(createTokenizer(fromGguf(metadataOf('gpt-2')))).toMatchObject({ unknown: null, spaceless: false });
    expect(createTokenizer(fromGguf(metadataOf('sentencepiece')))).toMatchObject({ unknown: 0, spaceless: false });
  });

  it('decodes SentencePiece ids to the text', () => {
    const tokenizer = createTokenizer(fromGguf(metadataOf('sentencepiece')));
    const text = 'Zoë, 日本 🙂 x';
    expect(tokenizer.decode(tokenizer.encode(text).slice(1))).toBe(text);
  });

  it.each([
    ['an unknown splitting', { ...metadataOf('gpt-2'), pre: 'tekken' }, /pre is tekken; known are gpt-2/],
    ['no splitting', { ...metadataOf('gpt-2'), pre: undefined }, /pre is missing/],
    ['another kind', { ...metadataOf('gpt-2'), model: 't5' }, /of the kind t5/],
    ['no tokens', { model: 'gpt2', pre: 'gpt-2' }, /tokenizer.ggml.tokens/],
    ['no merges', { ...metadataOf('gpt-2'), merges: undefined }, /no merges/],
    ['no scores', { ...metadataOf('sentencepiece'), scores: undefined }, /no scores/],
    ['lists of unlike length', { ...metadataOf('gpt-2'), token_type: [1] }, /500 tokens, but 1/],
    ['a doubled token', { ...metadataOf('gpt-2'), tokens: ['a', 'a'], token_type: [1, 1] }, /two of its tokens/],
  ])('refuses %s', (_, metadata, message) => {
    const read = () =>
      fromGguf(Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)));
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
  });
});
