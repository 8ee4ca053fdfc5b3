import { describe, expect, it } from 'vitest';
import { RecentlyUsed } from './recently-used.js';

describe('RecentlyUsed', () => {
  it('makes a thing once while it is kept, and lets the longest unused go', async () => {
    const made: string[] = [];
    const cache = new RecentlyUsed<Promise<string>>(2);
    const ask = (key: string) =>
      cache.get(key, () => {
        made.push(key);
        return Promise.resolve(key);
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('forgets what could not be made, so that the next call tries again', async () => {
    const cache = new RecentlyUsed<Promise<number>>(2);
    await expect(cache.get('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(cache.get('x', () => Promise.resolve(1))).resolves.toBe(1);
  });
});
