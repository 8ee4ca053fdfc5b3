import { z } from 'zod';
import { invalidInput } from '@patchbay/contracts';

/** The parts of a `tokenizer.json` that are looked at here; the tokenizer library reads the rest. */
export const tokenizerJson = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int().min(0), content: z.string() })).default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
  model: z.looseObject({ type: z.string(), unk_token: z.string().nullish(), vocab: z.unknown() }),
});
export type TokenizerJson = z.infer<typeof tokenizerJson>;

/** A special token of `tokenizer_config.json`: its text, or an object that holds it. */
const specialToken = z.union([z.string(), z.looseObject({ content: z.string() }).transform((token) => token.content)]);

export const tokenizerConfig = z.looseObject({
  add_bos_token: z.boolean().nullish(),
  bos_token: specialToken.nullish(),
});
export type TokenizerConfig = z.infer<typeof tokenizerConfig>;

/** What a tokenizer is made of, from a folder's two files or from a GGUF file's metadata. */
export interface TokenizerFiles {
  json: TokenizerJson;
  config: TokenizerConfig;
}

/** @throws PatchbayError `invalid-input` naming what is wrong in which file */
export function parseTokenizerFiles(json: unknown, config: unknown, where: string): TokenizerFiles {
  return {
    json: check(tokenizerJson, json, `${where}/tokenizer.json`),
    config: check(tokenizerConfig, config, `${where}/tokenizer_config.json`),
  };
}

function check<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidInput(
    `${path} cannot be used: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`,
    "Save the model's tokenizer again with its save_pretrained().",
  );
}
