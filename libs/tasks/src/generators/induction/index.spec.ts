import { describe, expect, it } from 'vitest';
import { generatePairs } from '../../generate-pairs.js';
import { digitsByTwo, pieceTokenizer, toyModel } from '../../testing/toy-models.js';
import { induction } from './index.js';

const pairs = generatePairs(induction, toyModel(pieceTokenizer({ digits: digitsByTwo })), 300, 4);

/** How many of the last tokens, as a piece, stood before, and what followed that piece. */
function repeated(prompt: readonly number[]): { piece: number; follower: number | undefined } {
  for (let length = 4; length >= 1; length--) {
    const tail = prompt.slice(-length).join();
    for (let start = 0; start + length <= prompt.length - length; start++) {
      if (prompt.slice(start, start + length).join() === tail) {
        return { piece: length, follower: prompt[start + length] };
      }
    }
  }
  throw new Error('nothing comes again');
}

describe('induction', () => {
  it('repeats a piece whose follower is the answer; the corrupted prompt another one, followed by the wrong answer', () => {
    for (const { clean, corrupted, answers, wrongs } of pairs) {
      const [right, wrong] = [repeated(clean), repeated(corrupted)];
      expect(right.follower).toBe(answers[0]);
      expect(wrong.follower).toBe(wrongs[0]);
      expect(right.piece).toBe(wrong.piece);
      const list = clean.slice(0, -right.piece);
      expect(new Set(list).size).toBe(list.length);
      expect(corrupted.slice(0, -wrong.piece)).toEqual(list);
      // neither repeated piece gives the other one's answer away
      expect(clean.filter((id) => id === wrongs[0])).toHaveLength(1);
      expect(corrupted.filter((id) => id === answers[0])).toHaveLength(1);
    }
  });

  it('comes in pieces of two, three and four', () => {
    expect(new Set(pairs.map((pair) => repeated(pair.clean).piece))).toEqual(new Set([2, 3, 4]));
  });
});
