import { invalidInput } from '@patchbay/contracts';
import { addedTokens, tokenizerConfigOf, vocabularyOf } from './gguf-vocabulary.js';
import type { TokenizerFiles } from './tokenizer-files.js';
import { damaged, type TokenizerMetadata } from './gguf-tokenizer-metadata.js';

/** How text is split before byte-level BPE; regular expressions of `tokenizer.ggml.pre`. */
interface Splitting {
  names: readonly string[];
  /** each applied to the pieces of the one before; what matches and what lies between become pieces */
  patterns: readonly string[];
  normalizer?: 'NFC';
  /** a piece that is a token as it stands is not merged up from its bytes */
  ignoreMerges?: boolean;
  addsBos?: boolean;
}

const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
/** Llama 3's, with digits in groups of at most `digits`. */
const llama3 = (digits: string): string =>
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

const SPLITTINGS: readonly Splitting[] = [
  { names: ['gpt-2'], patterns: [GPT2] },
  // Pythia's splitting, under the name of the first model with it that llama.cpp knew
  { names: ['olmo'], patterns: [GPT2], normalizer: 'NFC' },
  { names: ['smollm'], patterns: [String.raw`\p{N}`, GPT2] },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3'],
    patterns: [llama3('{1,3}')],
    ...{ ignoreMerges: true, addsBos: true },
  },
  { names: ['qwen2'], patterns: [llama3('')], normalizer: 'NFC' },
  // what llama.cpp does with files whose maker named no splitting
  {
    names: ['default'],
    patterns: [String.raw`[\p{P}\$\+<=>\^~\|]+`, GPT2, String.raw`\p{N}+`, '[0-9][0-9][0-9]'],
  },
];

/** Byte-level BPE. @throws PatchbayError `invalid-input` for a splitting that is not known: a guess would change ids */
export function byteLevelTokenizer(metadata: TokenizerMetadata): TokenizerFiles {
  const splitting = splittingOf(metadata.pre);
  if (!metadata.merges) throw damaged('it has no merges');
  return {
    json: {
      added_tokens: addedTokens(metadata),
      normalizer: splitting.normalizer ? { type: splitting.normalizer } : null,
      pre_tokenizer: { type: 'Sequence', pretokenizers: [...splitting.patterns.map(split), TO_BYTES] },
      post_processor: null,
      decoder: { type: 'ByteLevel' },
      model: {
        type: 'BPE',
        unk_token: null,
        vocab: vocabularyOf(metadata),
        merges: metadata.merges,
        ignore_merges: splitting.ignoreMerges ?? false,
      },
    },
    config: tokenizerConfigOf(metadata, splitting.addsBos ?? false),
  };
}

const TO_BYTES = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };

const split = (pattern: string) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

function splittingOf(pre: string | undefined): Splitting {
  const splitting = SPLITTINGS.find(({ names }) => pre !== undefined && names.includes(pre));
  if (splitting) return splitting;
  throw invalidInput(
    `The GGUF file's tokenizer.ggml.pre is ${pre ?? 'missing'}; known are ${SPLITTINGS.flatMap(({ names }) => names).join(', ')}.`,
    "Convert the file again with a current llama.cpp, or use the model's safetensors folder.",
  );
}
