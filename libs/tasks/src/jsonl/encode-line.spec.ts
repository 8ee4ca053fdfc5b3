import { describe, expect, it } from 'vitest';
import type { Pair } from '../pair.js';
import { digitsAlone, pieceTokenizer, toyModel, wordTokenizer } from '../testing/toy-models.js';
import { encodeLine } from './encode-line.js';
import type { PairLine } from './pair-line.js';

const line: PairLine = { clean: 'the cat sat on', corrupted: 'the dog sat on', answer: 'mat', wrong: 'rug' };
const words = toyModel(wordTokenizer('the cat dog sat on mat rug'), { context: 6 });
const pieces = toyModel(pieceTokenizer({ digits: digitsAlone, bos: true }));
const encode = (change: Partial<PairLine>, model = words): Pair =>
  encodeLine({ number: 7, line: { ...line, ...change } }, model);

describe('encodeLine', () => {
  it('takes text as the tokenizer does, and lists of answers', () => {
    expect(encode({})).toEqual({ clean: [1, 2, 4, 5], corrupted: [1, 3, 4, 5], answers: [6], wrongs: [7] });
    expect(encode({ wrong: ['rug', 'cat'], label: 'pets' })).toMatchObject({ wrongs: [7, 2], label: 'pets' });
  });

  it('takes a negative prompt where there is one', () => {
    expect(encode({ negative: 'the mat sat on' }).negative).toEqual([1, 6, 4, 5]);
    expect(encode({ negative: 'the mat sat on', negative_ids: [1, 7, 4, 5] }).negative).toEqual([1, 7, 4, 5]);
    expect(() => encode({ negative: 'the mat' })).toThrow(
      'Line 7: the clean prompt has 4 tokens and the negative one 2',
    );
    expect(() => encode({ negative: 'the cow sat on' })).toThrow('the negative prompt has a word');
  });

  it('puts no BOS before an answer and keeps it before a prompt', () => {
    const { clean, answers } = encode({ answer: ' mat', wrong: ' rug' }, pieces);
    expect(clean[0]).toBe(0);
    expect(answers).toEqual([pieces.tokenizer.encode(' mat')[1]]);
  });

  it('lets ids win over the text beside them', () => {
    expect(encode({ clean_ids: [3, 3, 4, 5], answer_id: [1, 2], wrong_id: 4 })).toEqual({
      clean: [3, 3, 4, 5],
      corrupted: [1, 3, 4, 5],
      answers: [1, 2],
      wrongs: [4],
    });
  });

  it('asks nothing of the tokenizer where all ids are given', () => {
    const ids = { clean_ids: [1, 2], corrupted_ids: [1, 3], answer_id: 4, wrong_id: 5 };
    const { tokenizer } = words;
    const encodeNothing = (): number[] => {
      throw new Error('was asked');
    };
    expect(encode(ids, { ...words, tokenizer: { ...tokenizer, encode: encodeNothing } }).clean).toEqual([1, 2]);
  });

  it.each<[string, Partial<PairLine>]>([
    ['the clean prompt has 4 tokens and the corrupted one 5', { corrupted: 'the dog sat on the' }],
    ['the corrupted prompt has a word that the model', { corrupted: 'the cow sat on' }],
    ['"answer" "mat rug" is 2 tokens', { answer: 'mat rug' }],
    ['"wrong" " " is 0 tokens', { wrong: ' ' }],
    ['"wrong" "sofa" is not in the model\'s vocabulary', { wrong: ['rug', 'sofa'] }],
    ['an answer is also listed as wrong', { wrong_id: 6 }],
    ['token id 8 is outside the vocabulary of 8', { answer_id: 8 }],
    [
      'the prompt has 7 tokens and the model takes 6',
      { clean: 'the cat sat on the mat the', corrupted: 'the dog sat on the mat the' },
    ],
  ])('refuses: %s', (reason, change) => {
    expect(() => encode(change)).toThrow(`Line 7: ${reason}`);
  });
});
