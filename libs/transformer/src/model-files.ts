import type { Architecture, TensorLocation } from './architecture.js';

/** Text to token ids and back, by the model's own rules. */
export interface Tokenizer {
  /** text as it stands, BOS put before it only where the tokenizer's own configuration says so */
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  readonly vocabulary: number;
  /** id of the unknown token, null where the tokenizer has none (byte-level) */
  readonly unknown: number | null;
  /** true where a word is spelled alike with and without a space before it (word-level) */
  readonly spaceless: boolean;
}

/** A model on disk, read and checked, its weights not yet touched by the runtime. */
export interface ModelFiles {
  /** as the user named it */
  name: string;
  /** `builtin`, a folder, a .gguf file or hf:org/name@commit */
  source: string;
  architecture: Architecture;
  tensors: ReadonlyMap<string, TensorLocation>;
  tokenizer: Tokenizer;
  /** text that every generated prompt of this model begins with (`<bos> `), usually empty */
  promptPrefix: string;
  /** over the weight files as the user has them, in name order */
  sha256: string;
  tokenizerSha256: string;
  /** commit of a hub model */
  revision: string | null;
}

/** `fraction` is null where nobody knows how much is left. */
export type OnProgress = (message: string, fraction: number | null) => void;

export interface OpenModelOptions {
  /** PATCHBAY_HOME: `cache/` holds converted weights, `hub/` downloads, `models/NAME` models brought by a script */
  home: string;
  onProgress?: OnProgress;
  /** how the hub is reached; the default is the global one */
  fetch?: typeof fetch;
}
