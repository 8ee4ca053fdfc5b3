import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPairs } from './hash-pairs.js';

const pair = { clean: [1, 2], corrupted: [1, 3], answers: [4], wrongs: [5, 6] };

describe('hashPairs', () => {
  it('is the SHA-256 of the documented bytes', () => {
    const bytes = '1,2;1,3;4;5,6\n1,2;1,3;4;5,6\n';
    expect(hashPairs([pair, pair])).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('has the negative prompt and the label where there are any', () => {
    const bytes = '1,2;1,3;4;5,6;negative=1,9;label="positive"\n';
    const labelled = { ...pair, negative: [1, 9], label: 'positive' };
    expect(hashPairs([labelled])).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('tells apart every id, every list and the order of pairs', () => {
    const other = { ...pair, answers: [45], wrongs: [6] };
    const hashes = [[pair], [other], [{ ...pair, answers: [4, 5], wrongs: [6] }], [pair, other], [other, pair]].map(
      hashPairs,
    );
    expect(new Set(hashes).size).toBe(5);
  });
});
