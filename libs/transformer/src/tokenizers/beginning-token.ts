import { invalidInput } from '@patchbay/contracts';
import type { TokenizerFiles } from './tokenizer-files.js';

/**
 * Id of the token that the tokenizer's own configuration puts before every text, null where it says none.
 * `add_bos_token` decides where it is given; else the post-processor's template does.
 * @throws PatchbayError `invalid-input` where that token is not in the vocabulary
 */
export function beginningToken(
  { json, config }: TokenizerFiles,
  idOf: (token: string) => number | undefined,
): number | null {
  if (config.add_bos_token === false) return null;
  const token = templateBeginning(json.post_processor) ?? (config.add_bos_token ? config.bos_token : null);
  if (token === null || token === undefined) return null;
  const id = idOf(token);
  if (id === undefined) {
    throw invalidInput(
      `The tokenizer begins texts with ${token}, which is not in its vocabulary.`,
      "Save the model's tokenizer again with its save_pretrained().",
    );
  }
  return id;
}

/** `single` of a TemplateProcessing, which may stand in a Sequence, up to the text itself. */
function templateBeginning(processor: unknown): string | null {
  if (typeof processor !== 'object' || processor === null) return null;
  const { processors, single } = processor as { processors?: unknown; single?: unknown };
  if (Array.isArray(processors)) return processors.map(templateBeginning).find((token) => token !== null) ?? null;
  const first: unknown = Array.isArray(single) ? single[0] : undefined;
  const token = (first as { SpecialToken?: { id?: unknown } } | undefined)?.SpecialToken?.id;
  return typeof token === 'string' ? token : null;
}
