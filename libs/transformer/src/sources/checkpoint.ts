import type { Family } from '../architecture.js';
import type { WeightFile } from '../formats/stored-tensor.js';
import type { TokenizerFiles } from '../tokenizers/tokenizer-files.js';

/** What a folder or a GGUF file says of its model, headers read and no weights yet. */
export interface Checkpoint {
  family: Family;
  config: Record<string, unknown>;
  /** in name order */
  files: readonly WeightFile[];
  tokenizer: TokenizerFiles;
  promptPrefix: string;
}
