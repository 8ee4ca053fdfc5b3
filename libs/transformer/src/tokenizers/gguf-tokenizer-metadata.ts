import { invalidInput } from '@patchbay/contracts';
import { z } from 'zod';

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

const PREFIX = 'tokenizer.ggml.';

/** @throws PatchbayError `invalid-input` naming the key that is missing or wrong */
export function tokenizerMetadata(metadata: ReadonlyMap<string, unknown>): TokenizerMetadata {
  const ours = [...metadata].filter(([key]) => key.startsWith(PREFIX));
  const parsed = metadataSchema.safeParse(
    Object.fromEntries(ours.map(([key, value]) => [key.slice(PREFIX.length), value])),
  );
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(`${PREFIX}${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { tokens, token_type: types, scores } = parsed.data;
  for (const list of [types, scores]) {
    if (list && list.length !== tokens.length) {
      throw damaged(`it has ${tokens.length} tokens, but ${list.length} types or scores`);
    }
  }
  return parsed.data;
}

export const damaged = (what: string) =>
  invalidInput(`The GGUF file's tokenizer cannot be used: ${what}.`, 'Download or convert the file again.');
