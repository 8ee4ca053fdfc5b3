import { describe, expect, it } from 'vitest';
import { gapOf, grow, widest } from './search.js';

/** A world in which a set's metric follows from the nodes that are out of it. */
function explore(metric: (side: string, removed: readonly string[]) => number, nodes: string[], steps: number) {
  const setsFor = (removed: readonly string[]): [string, string] => [`a-${removed.join()}`, `b-${removed.join()}`];
  const effects: Record<string, Float64Array> = {};
  const measure = (set: string): void => {
    const [side = '', removed = ''] = set.split('-');
    effects[set] = Float64Array.of(metric(side, removed === '' ? [] : removed.split(',')));
  };
  setsFor([]).forEach(measure);
  let rounds = 0;
  for (; ; rounds++) {
    const { found, missing } = grow(effects, { nodes, steps, setsFor });
    if (missing.length === 0) return { found, rounds, effects, setsFor };
    missing.forEach(measure);
  }
}

describe('the greedy search', () => {
  const weights: Record<string, number> = { x: 1, y: 5, z: 3 };
  const gap = (removed: readonly string[]): number => removed.reduce((sum, node) => sum + (weights[node] ?? 0), 0);
  const world = (side: string, removed: readonly string[]): number => (side === 'a' ? gap(removed) : 0);

  it('takes the node that widens the gap most, a round for each', () => {
    expect(explore(world, ['x', 'y', 'z'], 2)).toMatchObject({ found: { removed: ['y', 'z'], gap: 8 }, rounds: 2 });
    expect(explore(world, ['x', 'y', 'z'], 9)).toMatchObject({
      found: { removed: ['x', 'y', 'z'], gap: 9 },
      rounds: 3,
    });
    expect(explore(world, ['x', 'y', 'z'], 0)).toMatchObject({ found: { removed: [], gap: 0 }, rounds: 0 });
  });

  it('stops where nothing widens it', () => {
    const shrinking = (side: string, removed: readonly string[]): number => (side === 'a' ? 10 - removed.length : 0);
    expect(explore(shrinking, ['x', 'y'], 5)).toMatchObject({ found: { removed: [], gap: 10 }, rounds: 1 });
  });

  it('a gap is between means, and the widest of some is the first of the widest', () => {
    const effects = { a: Float64Array.of(1, 3), b: Float64Array.of(4, 4) };
    expect(gapOf(effects, ['a', 'b'])).toBe(2);
    expect(gapOf(effects, ['a', 'c'])).toBeUndefined();
    const { effects: measured, setsFor } = explore(world, ['x', 'y', 'z'], 1);
    expect(widest(measured, setsFor, [['x'], ['z'], ['y']])).toEqual({ removed: ['y'], gap: 5 });
  });
});
