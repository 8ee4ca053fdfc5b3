import { describe, expect, it } from 'vitest';
import { canSay, fill, nextToken, singleTokens, spell } from './spelling.js';
import { digitsByTwo, pieceTokenizer, wordTokenizer } from './testing/toy-models.js';

const words = wordTokenizer('the cat sat on a mat .');
const pieces = pieceTokenizer({ digits: digitsByTwo, broken: /Xavier/ });

describe('spelling', () => {
  it('closes up marks except for tokenizers that split on spaces only', () => {
    expect(spell('Then , A . B', pieces)).toBe('Then, A. B');
    expect(spell('Then , A . B', words)).toBe('Then , A . B');
  });

  it('fills slots, and no name that a slot was filled with', () => {
    expect(fill('[A] and [B]', { A: '[B]', B: 'x' })).toBe('[B] and x');
  });

  it('knows what cannot be said', () => {
    expect(canSay('the cat sat', words)).toBe(true);
    expect(canSay('the dog sat', words)).toBe(false);
    expect(canSay('the dog sat', pieces)).toBe(true);
  });

  it('finds the token that follows, or none where it is several, melts in or is unknown', () => {
    expect(nextToken(words, 'the', words.encode('the'), ' cat')).toBe(words.encode('cat')[0]);
    expect(nextToken(words, 'the', words.encode('the'), 'cat')).toBeNull();
    expect(nextToken(words, 'the', words.encode('the'), ' dog')).toBeNull();
    expect(nextToken(pieces, 'the', pieces.encode('the'), ' Xavier')).toBeNull();
    expect(nextToken(pieces, 'the', pieces.encode('the'), '')).toBeNull();
  });

  it('keeps single tokens and says how many there are where that is too few', () => {
    expect(singleTokens(['Mary', 'Xavier', 'Tom'], pieces, { kind: 'names', least: 2 })).toEqual(['Mary', 'Tom']);
    expect(() => singleTokens(['dog', 'cat'], words, { kind: 'animals', least: 2 })).toThrow(
      "Of 2 animals only 1 are single tokens of this model's tokenizer; 2 are needed.",
    );
  });
});
