import { invalidInput } from '@patchbay/contracts';
import { byteLevelTokenizer } from './byte-level-gguf.js';
import { tokenizerMetadata } from './gguf-tokenizer-metadata.js';
import { sentencePieceTokenizer } from './sentence-piece-gguf.js';
import type { TokenizerFiles } from './tokenizer-files.js';

/**
 * A GGUF file's tokenizer as the tokenizer.json and tokenizer_config.json that say the same.
 * @throws PatchbayError `invalid-input` for a tokenizer that is missing, damaged or not known
 */
export function tokenizerFromGguf(metadata: ReadonlyMap<string, unknown>): TokenizerFiles {
  const parsed = tokenizerMetadata(metadata);
  if (parsed.model === 'gpt2') return byteLevelTokenizer(parsed);
  if (parsed.model === 'llama') return sentencePieceTokenizer(parsed);
  throw invalidInput(
    `The GGUF file's tokenizer is of the kind ${parsed.model}, which Patchbay does not know.`,
    "Use the model's safetensors folder with its tokenizer.json.",
  );
}
