import { invalidInput, MAX_PAIRS, MAX_TASK_BYTES } from '@patchbay/contracts';
import type { ModelFiles } from '@patchbay/transformer';
import { z } from 'zod';
import { encodePrompt } from './encode-line.js';
import { pairLineSchema } from './pair-line.js';
import { lineError, splitLines, tooLarge } from './parse-jsonl.js';

const promptLineSchema = z.object({ clean: pairLineSchema.shape.clean, clean_ids: pairLineSchema.shape.clean_ids });

/**
 * The prompts of a file of JSON lines, `clean` (and `clean_ids`, which win) of each: a task file, or prompts alone.
 * @returns token ids
 * @throws PatchbayError `invalid-input` with line number and reason
 */
export function readPrompts(text: string, model: ModelFiles): number[][] {
  if (Buffer.byteLength(text) > MAX_TASK_BYTES) throw tooLarge();
  const lines = splitLines(text);
  if (lines.length === 0) throw invalidInput('The file of prompts is empty.', 'Write {"clean": …} on each line.');
  if (lines.length > MAX_PAIRS) {
    throw invalidInput(`The file has ${lines.length} prompts; ${MAX_PAIRS} are the most.`, 'Split the file.');
  }
  const { vocabulary, context } = model.architecture;
  return lines.map(({ content, number }) => {
    const { clean, clean_ids } = readLine(content, number);
    const ids = clean_ids ?? encodePrompt(number, 'clean', clean, model.tokenizer);
    const fits = ids.length <= context && ids.every((id) => id < vocabulary);
    if (fits) return ids;
    throw lineError(number, {
      message: `the prompt has ${ids.length} tokens (the model takes ${context}), or an id outside the vocabulary of ${vocabulary}`,
      action: "Give shorter prompts, and ids of this model's own tokenizer.",
    });
  });
}

function readLine(content: string, number: number): z.infer<typeof promptLineSchema> {
  const action = 'Write one JSON object a line: {"clean": "…"}.';
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw lineError(number, { message: 'not valid JSON', action });
  }
  const parsed = promptLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw lineError(number, { message: '"clean" is missing, empty or no text', action });
}
