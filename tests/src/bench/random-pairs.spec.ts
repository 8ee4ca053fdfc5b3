import { describe, expect, it } from 'vitest';
import { randomPairs } from './random-pairs.js';

describe('randomPairs', () => {
  const shape = { pairs: 16, tokens: 16, vocabulary: 5000 };

  it.each([[[10]], [[2, 4, 10]]])('differ at %j and start with id 0', (differAt) => {
    const pairs = randomPairs({ ...shape, differAt });
    const differing = pairs.map(({ clean_ids: clean, corrupted_ids: corrupted }) =>
      clean.flatMap((id, i) => (id === corrupted[i] ? [] : [i])),
    );
    expect(pairs).toHaveLength(16);
    expect(differing).toEqual(pairs.map(() => differAt));
    expect(pairs.every(({ clean_ids: clean }) => clean.length === 16 && clean[0] === 0)).toBe(true);
    expect(pairs.flatMap(({ corrupted_ids }) => corrupted_ids).every((id) => id < 5000)).toBe(true);
  });

  it('are the same each time', () => {
    const longer = { ...shape, vocabulary: 50257, differAt: [10] };
    expect(randomPairs(longer)).toEqual(randomPairs(longer));
  });
});
