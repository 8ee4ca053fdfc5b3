import type { Pair } from '@patchbay/tasks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkPairs, firstDifference } from './chunk-pairs.js';
import { cutWork } from './cut-work.js';

const pair = (length: number, differs: number): Pair => ({
  clean: Array(length).fill(1),
  corrupted: Array.from({ length }, (_, t) => (t >= differs ? 2 : 1)),
  ...{ answers: [1], wrongs: [2] },
});

describe('chunks of pairs', () => {
  it('hold every pair once, prompts of one length each, no more than may be', () => {
    const drawn = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(6)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 60 }), (shapes, tokens) => {
        const pairs = shapes.map(([length, differs]) => pair(length, differs));
        const chunks = chunkPairs(pairs, (length) => Math.max(1, Math.floor(tokens / length)));
        expect(chunks.flat().sort((a, b) => a - b)).toEqual([...pairs.keys()]);
        for (const chunk of chunks) {
          const [length = 0, ...others] = chunk.map((i) => pairs[i]?.clean.length ?? 0);
          expect(new Set(others)).toEqual(new Set(others.length > 0 ? [length] : []));
          if (chunk.length > 1) expect(chunk.length * length).toBeLessThanOrEqual(tokens);
        }
      }),
    );
  });

  it('a pair first differs where its tokens do, or at the end', () => {
    expect(firstDifference(pair(5, 3))).toBe(3);
    expect(firstDifference(pair(5, 9))).toBe(5);
  });
});

it('work is cut into ranges that follow one another, each but the last at least as large as a unit', () => {
  const flops = fc.array(fc.double({ min: 0, max: 5e12, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(flops, (costs) => {
      const ranges = cutWork(costs);
      expect(ranges.flatMap(({ first, end }) => costs.slice(first, end))).toEqual(costs);
      for (const { first, end } of ranges.slice(0, -1)) {
        expect(costs.slice(first, end).reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(2e12);
      }
    }),
  );
});
