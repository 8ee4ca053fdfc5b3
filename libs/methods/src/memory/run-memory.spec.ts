import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNKS_KEPT, RunMemory, rowBytes } from './run-memory.js';

const MB = 2 ** 20;
const bytes = fc.record({ perToken: fc.integer({ min: 1, max: MB }), perRow: fc.integer({ min: 0, max: MB }) });
const positions = fc.integer({ min: 1, max: 2048 });

describe('what a run keeps and computes at once', () => {
  it('fits in the budget together, wherever one row at a time does', () => {
    const budget = fc.integer({ min: 300, max: 4000 });
    fc.assert(
      fc.property(budget, positions, bytes, bytes, (megabytes, length, kept, computed) => {
        const memory = new RunMemory(megabytes * MB, 200 * MB, 50 * MB);
        const free = (megabytes - 250) * MB;
        const batch = memory.rowsAtOnce(length, computed) * rowBytes(length, computed);
        const chunk = memory.pairsInChunk(length, kept, computed) * rowBytes(length, kept);
        expect(batch <= free / 2 || memory.rowsAtOnce(length, computed) === 1).toBe(true);
        expect(chunk * CHUNKS_KEPT <= free / 2 || memory.pairsInChunk(length, kept, computed) === 1).toBe(true);
      }),
    );
  });

  it('is no more than keeps a processor busy where memory is plentiful', () => {
    const memory = new RunMemory(Infinity, 0);
    expect(memory.rowsAtOnce(16, { perToken: 1, perRow: 1 })).toBe(128);
    expect(memory.chunkBytes).toBe(512 * MB);
  });

  it('becomes half with every halving, down to one row; chunks, which plans are made of, stay', () => {
    const memory = new RunMemory(1000 * MB, 0);
    const { chunkBytes } = memory;
    const rows = Array.from({ length: 4 }, () => {
      memory.halve();
      return memory.rowsAtOnce(512, { perToken: 1, perRow: 1 });
    });
    expect(rows).toEqual([2, 1, 1, 1]);
    expect(memory.chunkBytes).toBe(chunkBytes);
  });

  it('refuses a run that cannot fit, with both figures and what to do', () => {
    const memory = new RunMemory(1000 * MB, 400 * MB);
    memory.assertFits(1000 * MB);
    expect(() => memory.assertFits(1200 * MB)).toThrow('This run needs about 1.2 GB and may take 1000 MB');
  });
});
