import { damaged, TOKEN_TYPE, type TokenizerMetadata } from './gguf-tokenizer-metadata.js';

/** token → id. @throws PatchbayError `invalid-input` where two ids share a text */
export function vocabularyOf({ tokens }: TokenizerMetadata): Record<string, number> {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  if (ids.size !== tokens.length) throw damaged('two of its tokens are the same');
  return Object.fromEntries(ids);
}

/** Tokens that are found in the text before anything is split, as tokenizer.json lists them. */
export function addedTokens({ tokens, token_type: types = [] }: TokenizerMetadata) {
  const found: readonly number[] = [TOKEN_TYPE.unknown, TOKEN_TYPE.control, TOKEN_TYPE.userDefined];
  return tokens
    .map((content, id) => ({ id, content, type: types[id] ?? TOKEN_TYPE.normal }))
    .filter(({ type }) => found.includes(type))
    .map(({ id, content, type }) => ({
      ...{ id, content, special: type !== TOKEN_TYPE.userDefined },
      ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
    }));
}

/** tokenizer_config.json. @param addByDefault whether llama.cpp begins texts of this kind with BOS where the file is silent */
export function tokenizerConfigOf(metadata: TokenizerMetadata, addByDefault: boolean) {
  const id = metadata.bos_token_id;
  return {
    add_bos_token: metadata.add_bos_token ?? (addByDefault && id !== undefined),
    bos_token: id === undefined ? null : metadata.tokens[id],
  };
}
