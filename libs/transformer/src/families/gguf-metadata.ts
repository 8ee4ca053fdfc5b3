import { invalidInput } from '@patchbay/contracts';

/** Values of a GGUF file under their keys. */
export type Metadata = ReadonlyMap<string, unknown>;

/**
 * Refuses a file with a setting of its architecture (`llama.…`) that nobody here knows: it may change what the
 * model computes.
 * @throws PatchbayError `invalid-input` naming the setting
 */
export function refuseUnknownKeys(metadata: Metadata, architecture: string, known: ReadonlySet<string>): void {
  for (const key of metadata.keys()) {
    if (key.startsWith(`${architecture}.`) && !known.has(key.slice(architecture.length + 1))) {
      throw invalidInput(
        `The GGUF file sets ${key}, which Patchbay does not compute.`,
        'Use a model without this setting, or its original safetensors folder.',
      );
    }
  }
}

/** Rows of the vocabulary: GGUF states it only sometimes, its token list always does. */
export function vocabularySize(metadata: Metadata, architecture: string): unknown {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return Array.isArray(tokens) ? tokens.length : metadata.get(`${architecture}.vocab_size`);
}
