import { MAX_PAIRS, MAX_TASK_BYTES, PatchbayError } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { checkJsonl, parseJsonl } from './parse-jsonl.js';

const pair = { clean: 'a b', corrupted: 'a c', answer: ' d', wrong: ' e' };
const jsonl = (...lines: object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function refusal(text: string): PatchbayError {
  try {
    checkJsonl(text);
  } catch (error) {
    if (error instanceof PatchbayError) return error;
  }
  throw new Error('was not refused');
}

describe('checkJsonl', () => {
  it('counts pairs, past empty lines, a byte order mark and Windows line ends, and ignores other keys', () => {
    expect(checkJsonl(jsonl(pair, { ...pair, answer: [' d', ' f'], template: 3, IO: 'x' }))).toBe(2);
    expect(checkJsonl(`\uFEFF${JSON.stringify(pair)}\r\n\r\n${JSON.stringify(pair)}`)).toBe(2);
  });

  it('keeps the numbers of an editor’s lines', () => {
    expect(parseJsonl(`\n\n${JSON.stringify(pair)}`)[0]?.number).toBe(3);
  });

  it.each([
    ['', 'The task file is empty'],
    [' \n\n', 'The task file is empty'],
    [`${jsonl(pair)}hello`, 'Line 2: not valid JSON'],
    [`${jsonl(pair)}\n[1]`, 'Line 3: not a JSON object'],
    ['null', 'Line 1: not a JSON object'],
    ['"clean"', 'Line 1: not a JSON object'],
    [jsonl({ ...pair, wrong: undefined }), 'Line 1: "wrong" is missing'],
    [jsonl({ ...pair, clean: '' }), 'Line 1: "clean": is empty'],
    [jsonl({ ...pair, answer: [] }), 'Line 1: "answer": is an empty list'],
    [jsonl({ ...pair, answer: 3 }), 'Line 1: "answer": must be a text or a list of texts'],
    [jsonl({ ...pair, clean_ids: [1, -1] }), 'Line 1: "clean_ids.1"'],
    [jsonl({ ...pair, answer_id: 'x' }), 'Line 1: "answer_id": must be a token id or a list'],
    [jsonl(pair, { ...pair, corrupted: 'a b' }), 'Line 2: the clean and the corrupted prompt are the same'],
    [jsonl({ ...pair, wrong: [' x', ' d'] }), 'Line 1: an answer is also listed as wrong'],
    [jsonl({ ...pair, answer_id: 1, wrong_id: [2, 1] }), 'Line 1: an answer is also listed as wrong'],
    [
      jsonl({ ...pair, clean_ids: [1, 2], corrupted_ids: [1] }),
      'the clean prompt has 2 tokens and the corrupted one 1',
    ],
    [jsonl({ ...pair, clean_ids: [1, 2], corrupted_ids: [1, 2] }), 'Line 1: the clean and the corrupted prompt are'],
    [jsonl({ ...pair, clean: 'a'.repeat(100_000) }), 'Line 1: longer than 100000 bytes'],
    [jsonl(...Array<object>(MAX_PAIRS + 1).fill(pair)), `has ${MAX_PAIRS + 1} pairs`],
    [' '.repeat(MAX_TASK_BYTES + 1), 'at most 16 MiB'],
  ])('refuses %.40j: %s', (text, reason) => {
    const error = refusal(text);
    expect(error.kind).toBe('invalid-input');
    expect(error.message).toContain(reason);
    expect(error.action).not.toBe('');
  });

  it('does not compare texts where ids stand in their place', () => {
    expect(checkJsonl(jsonl({ ...pair, corrupted: 'a b', clean_ids: [1, 2], corrupted_ids: [1, 3] }))).toBe(1);
  });
});
