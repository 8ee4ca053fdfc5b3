import { dirname, join } from 'node:path';
import { invalidInput } from '@patchbay/contracts';
import { z } from 'zod';
import { readJsonIfPresent } from '../sources/read-json.js';

const FILE = 'patchbay-reference.json';

const referenceSchema = z.strictObject({
  source: z.string().min(1).max(500).describe('what computed the logits: library, version, arithmetic'),
  tolerance: z.number().positive().describe('largest difference in a logit that rounding may make'),
  prompts: z
    .array(
      z
        .strictObject({
          text: z.string().optional().describe('where given, the tokenizer must make the ids of it'),
          ids: z.array(z.int().min(0)).min(1),
          position: z.int().min(0).optional().describe('where the logits are read; default the last'),
          tokens: z.array(z.int().min(0)).min(1).describe('which logits are given'),
          logits: z.array(z.number()).min(1).describe('of these tokens'),
        })
        .refine(({ tokens, logits }) => tokens.length === logits.length, 'tokens and logits differ in number')
        .refine(({ ids, position = 0 }) => position < ids.length, 'position is beyond the prompt'),
    )
    .min(1)
    .max(100),
});

/** Logits of some prompts as other code computed them, stored beside a model's weights. */
export type Reference = z.infer<typeof referenceSchema>;

/**
 * The reference of a model's folder (`patchbay-reference.json`) or of a .gguf file (`NAME.patchbay-reference.json`).
 * @param path of the folder or file
 * @returns null where there is none
 * @throws PatchbayError `invalid-input` saying what is wrong with the file
 */
export async function readReference(path: string): Promise<Reference | null> {
  const isFile = path.endsWith('.gguf');
  const file = isFile ? `${path.slice(0, -'.gguf'.length)}.${FILE}` : join(path, FILE);
  const json = await readJsonIfPresent(file);
  if (json === null) return null;
  const parsed = referenceSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path: where = [], message } = parsed.error.issues[0] ?? {};
  throw invalidInput(
    `${file} cannot be used: ${where.join('.')}: ${message}.`,
    `Correct it as docs/devices-and-checks.md says, or take it out of ${dirname(file)}.`,
  );
}
