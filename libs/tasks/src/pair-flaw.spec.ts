import { describe, expect, it } from 'vitest';
import { pairFlaw, pairFlawFor } from './pair-flaw.js';
import { toyModel, wordTokenizer } from './testing/toy-models.js';

const good = { clean: [1, 2, 3], corrupted: [1, 4, 3], answers: [5], wrongs: [6] };
const model = toyModel(wordTokenizer('a b c d e f g'), { context: 3 });

describe('pairFlaw', () => {
  it('finds nothing wrong with a good pair', () => {
    expect(pairFlaw(good)).toBeNull();
    expect(pairFlawFor(model, good)).toBeNull();
  });

  it.each([
    ['has 3 tokens and the corrupted one 2', { ...good, corrupted: [1, 2] }],
    ['has 3 tokens and the negative one 2', { ...good, negative: [1, 2] }],
    ['are the same', { ...good, corrupted: good.clean }],
    ['also listed as wrong', { ...good, wrongs: [7, 5] }],
    ['listed twice', { ...good, answers: [5, 5] }],
    ['id 8 is outside the vocabulary of 8', { ...good, wrongs: [8] }],
    ['4 tokens and the model takes 3', { ...good, clean: [1, 2, 3, 4], corrupted: [2, 2, 3, 4] }],
  ])('says that %s', (message, pair) => {
    expect(pairFlawFor(model, pair)?.message).toContain(message);
  });
});
