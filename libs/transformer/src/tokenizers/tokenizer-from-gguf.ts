import { invalidInput } from '@patchbay/contracts';
import { z } from 'zod';
import { byteLevelTokenizer } from './byte-level-gguf.js';
import { sentencePieceTokenizer } from './sentence-piece-gguf.js';
import type { TokenizerFiles } from './tokenizer-files.js';

/** `llama_token_type`: what a token of the vocabulary is. */
export const TOKEN_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 } as const;

const metadataSchema = z.object({
  model: z.string(),
  pre: z.string().optional(),
  tokens: z.array(z.string()),
  token_type: z.array(z.number()).optional(),
  scores: z.array(z.number()).optional(),
  merges: z.array(z.string()).optional(),
  bos_token_id: z.int().min(0).optional(),
  unknown_token_id: z.int().min(0).optional(),
  add_bos_token: z.boolean().optional(),
  add_space_prefix: z.boolean().optional(),
  remove_extra_whitespaces: z.boolean().optional(),
});
/** The `tokenizer.ggml.…` keys of a GGUF file. */
export type TokenizerMetadata = z.infer<typeof metadataSchema>;

/**
 * A GGUF file's tokenizer as the tokenizer.json and tokenizer_config.json that say the same.
 * @throws PatchbayError `invalid-input` for a tokenizer that is missing, damaged or not known
 */
export function tokenizerFromGguf(metadata: ReadonlyMap<string, unknown>): TokenizerFiles {
  const ours = [...metadata].filter(([key]) => key.startsWith(PREFIX));
  const parsed = metadataSchema.safeParse(Object.fromEntries(ours.map(([key, value]) => [key.slice(PREFIX.length), value])));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(`${PREFIX}${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { model, tokens, token_type: types, scores } = parsed.data;
  for (const list of [types, scores])
    if (list && list.length !== tokens.length) throw damaged(`${tokens.length} tokens, but ${list.length} types or scores`);
  if (model === 'gpt2') return byteLevelTokenizer(parsed.data);
  if (model === 'llama') return sentencePieceTokenizer(parsed.data);
  throw invalidInput(
    `The GGUF file's tokenizer is of the kind ${model}, which Patchbay does not know.`,
    "Use the model's safetensors folder with its tokenizer.json.",
  );
}

const PREFIX = 'tokenizer.ggml.';

export const damaged = (what: string) =>
  invalidInput(`The GGUF file's tokenizer cannot be used: ${what}.`, 'Download or convert the file again.');
