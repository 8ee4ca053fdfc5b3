/** Tokens of ids 0 to 2. No word may begin so: the tokenizer would cut it there. */
const SPECIAL = ['<s>', '<pad>', '<unk>'] as const;
const [bos, pad, unknown] = SPECIAL;

/** Text of an id: a special token, or `w12` for id 12. */
export const wordOf = (id: number): string => SPECIAL[id] ?? `w${id}`;

/** A tokenizer whose tokens are words between spaces, as the contents of `tokenizer.json` and of its configuration. */
export const wordTokenizer = (vocabulary: number) => ({
  tokenizer: {
    version: '1.0',
    added_tokens: [],
    ...{ normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder: null },
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(Array.from({ length: vocabulary }, (_, id) => [wordOf(id), id])),
      unk_token: unknown,
    },
  },
  config: {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...{ bos_token: bos, eos_token: bos, pad_token: pad, unk_token: unknown },
  },
});
