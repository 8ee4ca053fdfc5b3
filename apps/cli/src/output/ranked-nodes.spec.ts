import type { Result } from '@patchbay/contracts';
import { expect, it } from 'vitest';
import { rankedScores } from './ranked-nodes.js';

it('ranks as many edges as a large model has, bars by the greatest of either sign', () => {
  const edges = Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`e${i}`, i === 7 ? 1 : -2 * (i / 3e5)]));
  const result = { nodes: {}, edges, manifest: { conventions: { importance: '-effect' } } } as unknown as Result;
  const [, first, second] = rankedScores(result).split('\n');
  expect(first).toMatch(/1 +e299999 +-2\.0000 +█{24}$/);
  expect(second).toMatch(/2 +e299998/);
});
