import { Tokenizer as TokenizerOfFiles } from '@huggingface/tokenizers';
import { invalidInput } from '@patchbay/contracts';
import type { Tokenizer } from '../model-files.js';
import { beginningToken } from './beginning-token.js';
import type { TokenizerFiles } from './tokenizer-files.js';

/** What is used of the package: its own types do not resolve under Node's module rules. */
interface Tokenizing {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  decode(ids: number[], options: { clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
  get_vocab(): Map<string, number>;
}

/** Model types whose tokens are whole words, spelled alike with and without a space before them. */
const WORD_LEVEL = new Set(['WordLevel', 'WordPiece']);

/**
 * A tokenizer of its two files.
 * @throws PatchbayError `invalid-input` where the files ask for something that cannot be done
 */
export function createTokenizer({ json, config }: TokenizerFiles): Tokenizer {
  const unknownToken = json.model.unk_token ?? undefined;
  // what a post-processor adds is decided in `beginningToken`: BOS, and never EOS
  const tokenizing = build({ ...json, post_processor: null }, { ...config, unk_token: unknownToken });
  const beginning = beginningToken({ json, config }, (token) => tokenizing.token_to_id(token));
  return {
    encode(text) {
      const { ids: found } = tokenizing.encode(text, { add_special_tokens: false });
      const ids = found.filter((id) => id !== undefined);
      if (ids.length < found.length) throw noToken(text);
      return beginning === null ? ids : [beginning, ...ids];
    },
    // spaces stay as they are: what is shown is what the model reads
    decode: (ids) => (ids.length === 0 ? '' : tokenizing.decode([...ids], { clean_up_tokenization_spaces: false })),
    // not Math.max(...): a vocabulary may be longer than a list of arguments
    vocabulary: [...tokenizing.get_vocab().values()].reduce((a, b) => Math.max(a, b), -1) + 1,
    unknown: (unknownToken !== undefined ? tokenizing.token_to_id(unknownToken) : undefined) ?? null,
    spaceless: WORD_LEVEL.has(json.model.type),
  };
}

function build(json: object, config: object): Tokenizing {
  try {
    const Built = TokenizerOfFiles as unknown as new (json: object, config: object) => Tokenizing;
    return new Built(json, config);
  } catch (cause) {
    throw invalidInput(
      `The model's tokenizer cannot be built: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Save the model's tokenizer again with its save_pretrained().",
      { cause },
    );
  }
}

const noToken = (text: string) =>
  invalidInput(
    `The tokenizer has no token for a part of ${JSON.stringify(text.slice(0, 200))}, and no unknown token.`,
    'Use text that this model can read.',
  );
