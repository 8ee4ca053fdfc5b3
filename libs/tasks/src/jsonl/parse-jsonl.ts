import { invalidInput, MAX_PAIRS, MAX_TASK_BYTES } from '@patchbay/contracts';
import { pairFlaw, type Flaw, type PairOf } from '../pair-flaw.js';
import { asList, pairLineSchema, type PairLine } from './pair-line.js';

/** Longest line that is taken: prompts of some thousand tokens as text and ids; longer is no line-by-line file. */
const MAX_LINE_BYTES = 100_000;

export interface NumberedLine {
  /** counted from 1, as editors do */
  number: number;
  line: PairLine;
}

/**
 * The pairs of a task file, checked as far as that goes with no model. Empty lines are passed over.
 * @throws PatchbayError `invalid-input` naming the first line that is wrong, and why
 */
export function parseJsonl(text: string): NumberedLine[] {
  if (Buffer.byteLength(text) > MAX_TASK_BYTES) throw tooLarge();
  const lines = splitLines(text);
  if (lines.length === 0) throw invalidInput('The task file is empty.', 'Write one pair a line.');
  if (lines.length > MAX_PAIRS) {
    throw invalidInput(`The task file has ${lines.length} pairs; ${MAX_PAIRS} are the most.`, 'Split the file.');
  }
  return lines.map(({ content, number }) => ({ number, line: parseLine(content, number) }));
}

/** Lines that are not empty, numbered from 1. */
export const splitLines = (text: string): { content: string; number: number }[] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((content, index) => ({ content, number: index + 1 }))
    .filter(({ content }) => content.trim() !== '');

/**
 * Checks a task file before any model is chosen.
 * @returns how many pairs it holds
 * @throws PatchbayError `invalid-input` naming the first line that is wrong, and why
 */
export const checkJsonl = (text: string): number => parseJsonl(text).length;

export const tooLarge = (): Error =>
  invalidInput(`A task file may have at most ${MAX_TASK_BYTES / 2 ** 20} MiB.`, 'Split the file.');

export const lineError = (number: number, flaw: Flaw): Error =>
  invalidInput(`Line ${number}: ${flaw.message}.`, flaw.action);

function parseLine(line: string, number: number): PairLine {
  if (Buffer.byteLength(line) > MAX_LINE_BYTES) {
    throw lineError(number, { message: `longer than ${MAX_LINE_BYTES} bytes`, action: 'Give shorter prompts.' });
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw lineError(number, { message: 'not valid JSON', action: 'Write one JSON object a line: {"clean": …}.' });
  }
  const result = pairLineSchema.safeParse(value);
  if (!result.success) throw lineError(number, schemaFlaw(value, result.error.issues[0]));
  const flaw = pairFlaw(withoutModel(result.data));
  if (flaw !== null) throw lineError(number, flaw);
  return result.data;
}

/** Ids where both sides of a comparison have them; a text, which no model has split yet, counts as one token. */
function withoutModel(line: PairLine): PairOf<string | number> {
  const { clean_ids, corrupted_ids, answer_id, wrong_id } = line;
  const prompts =
    clean_ids && corrupted_ids
      ? { clean: clean_ids, corrupted: corrupted_ids }
      : { clean: [line.clean], corrupted: [line.corrupted] };
  const answers =
    answer_id !== undefined && wrong_id !== undefined
      ? { answers: asList(answer_id), wrongs: asList(wrong_id) }
      : { answers: asList(line.answer), wrongs: asList(line.wrong) };
  return { ...prompts, ...answers };
}

function schemaFlaw(value: unknown, issue: { path: PropertyKey[]; message: string } | undefined): Flaw {
  const key = issue?.path[0];
  const action = 'Give clean, corrupted, answer and wrong on every line; ids, negative and label are optional.';
  if (key === undefined || typeof value !== 'object' || value === null) return { message: 'not a JSON object', action };
  if (!(key in value)) return { message: `"${String(key)}" is missing`, action };
  return { message: `"${issue?.path.map(String).join('.')}": ${issue?.message}`, action };
}
