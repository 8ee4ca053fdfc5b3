import { z } from 'zod';

/** Name of the file that a run of head codes leaves behind for its seed number `index`, from 0. */
export const autoencoderFile = (index: number): string => `autoencoder-${index}.safetensors`;

/** Prompts that are to be coded with an autoencoder that a run left behind. */
export const codePromptsSchema = z
  .strictObject({
    jsonl: z
      .string()
      .min(1)
      .describe('one prompt a line, as in a task file: clean (text), clean_ids (its tokens, which win)'),
    file: z
      .string()
      .min(1)
      .max(64)
      .default(autoencoderFile(0))
      .describe('which autoencoder of the run, as its result names it under `artifacts`'),
  })
  .meta({ id: 'CodePrompts' });
export type CodePrompts = z.infer<typeof codePromptsSchema>;

/** Codes of prompts under one trained autoencoder (head codes). */
export const promptCodesSchema = z
  .object({
    model: z.object({ name: z.string(), sha256: z.string() }),
    heads: z.array(z.string()),
    prompts: z.array(
      z.object({
        text: z.string(),
        codes: z.array(z.int().nullable()).describe('by head; null where no feature is active'),
      }),
    ),
  })
  .meta({ id: 'PromptCodes' });
export type PromptCodes = z.infer<typeof promptCodesSchema>;
