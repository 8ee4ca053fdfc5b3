import { describe, expect, it } from 'vitest';
import { generatePairs } from '../../generate-pairs.js';
import { digitsByTwo, pieceTokenizer, toyModel } from '../../testing/toy-models.js';
import { docstring } from './index.js';

const { tokenizer } = toyModel(pieceTokenizer({ digits: digitsByTwo }));
const pairs = generatePairs(docstring, toyModel(tokenizer), 60, 3);
const signature = (ids: readonly number[]): string[] =>
  /\(self, (.*)\):\n/.exec(tokenizer.decode(ids))?.[1]?.split(', ') ?? [];

describe('docstring', () => {
  it('documents the first two parameters and asks for the third; the fourth is wrong', () => {
    for (const { clean, answers, wrongs } of pairs) {
      const names = signature(clean);
      const documented = [...tokenizer.decode(clean).matchAll(/:param (\w+):/g)].map((match) => match[1]);
      expect(documented).toEqual(names.slice(0, 2));
      expect(tokenizer.decode(answers)).toBe(` ${names[2]}`);
      expect(tokenizer.decode(wrongs)).toBe(` ${names[3]}`);
      expect(tokenizer.decode(clean).endsWith('\n    :param')).toBe(true);
    }
  });

  it('swaps third and fourth in the signature and touches nothing else', () => {
    for (const { clean, corrupted } of pairs) {
      const [first, second, third, fourth, ...rest] = signature(clean);
      expect(signature(corrupted)).toEqual([first, second, fourth, third, ...rest]);
      expect(clean.filter((id, position) => id !== corrupted[position])).toHaveLength(2);
    }
  });

  it('has a negative prompt whose signature holds none of the names', () => {
    for (const { clean, negative = [] } of pairs) {
      const [names, others] = [signature(clean), signature(negative)];
      expect(others).toHaveLength(names.length);
      expect(others.filter((name) => names.includes(name))).toEqual([]);
      expect(tokenizer.decode(negative).split('"""')[1]).toBe(tokenizer.decode(clean).split('"""')[1]);
    }
  });
});
