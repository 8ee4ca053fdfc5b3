import { describe, expect, it } from 'vitest';
import { promptPairs } from './inputs.js';

describe('promptPairs', () => {
  it.each([
    ['late', [16, 16], [10]],
    ['early', [16, 16], [2, 4, 10]],
    ['many', [250, 15], [2, 4, 10]],
  ] as const)('of kind %s, %j, differ at %j and start with id 0', (kind, [count, tokens], positions) => {
    const pairs = promptPairs(kind, 5000);
    const differing = pairs.map(({ clean_ids: clean, corrupted_ids: corrupted }) =>
      clean.flatMap((id, i) => (id === corrupted[i] ? [] : [i])),
    );
    expect(pairs).toHaveLength(count);
    expect(differing).toEqual(pairs.map(() => [...positions]));
    expect(pairs.every(({ clean_ids: clean }) => clean.length === tokens && clean[0] === 0)).toBe(true);
    expect(pairs.flatMap(({ corrupted_ids }) => corrupted_ids).every((id) => id < 5000)).toBe(true);
  });

  it('are the same each time', () => expect(promptPairs('late', 50257)).toEqual(promptPairs('late', 50257)));
});
