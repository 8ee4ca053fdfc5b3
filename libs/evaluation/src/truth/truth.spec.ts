import { EdgeGraph, referenceCircuits } from '@patchbay/circuit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreAgainst } from './against-reference.js';
import { averagePrecision, ratePoints, rocArea, scoreSet, stepArea } from './roc.js';

/** The chance that a true one scores above a false one, ties half, pair by pair. */
function chance(scores: readonly number[], truth: readonly number[]): number {
  let [wins, pairs] = [0, 0];
  scores.forEach((a, i) => {
    scores.forEach((b, j) => {
      if (truth[i] !== 1 || truth[j] !== 0) return;
      pairs++;
      wins += a > b ? 1 : a === b ? 0.5 : 0;
    });
  });
  return wins / pairs;
}

describe('rates', () => {
  it('come in together where scores are equal, and last where there is none', () => {
    expect(ratePoints([2, 1, 1, NaN], [1, 1, 0, 0])).toEqual([
      { truePositive: 0.5, falsePositive: 0, precision: 1 },
      { truePositive: 1, falsePositive: 0.5, precision: 2 / 3 },
      { truePositive: 1, falsePositive: 1, precision: 0.5 },
    ]);
    expect(rocArea([2, 1, 1, NaN], [1, 1, 0, 0])).toBe(0.875);
    expect(averagePrecision([2, 1, 1, NaN], [1, 1, 0, 0])).toBeCloseTo(0.5 + (0.5 * 2) / 3, 12);
  });

  it('area is the chance that a true one is above a false one', () => {
    const drawn = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 1 })), { maxLength: 30 });
    fc.assert(
      fc.property(drawn, (list) => {
        const [scores, truth] = [list.map(([s]) => s), list.map(([, t]) => t)];
        const expected = chance(scores, truth);
        if (Number.isNaN(expected)) expect(rocArea(scores, truth)).toBeNull();
        else expect(rocArea(scores, truth)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('of a set, null where there is nothing to be a share of', () => {
    expect(scoreSet([1, 1, 0, 0], [1, 0, 1, 0])).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, falsePositive: 0.5 });
    expect(scoreSet([0, 0], [1, 1])).toEqual({ precision: null, recall: 0, f1: 0, falsePositive: null });
  });

  it('ACDC’s area takes steps from corner to corner', () => {
    expect(stepArea([])).toBe(0);
    expect(stepArea([{ truePositive: 1, falsePositive: 0 }])).toBe(1);
    expect(stepArea([{ truePositive: 0.5, falsePositive: 0.25 }])).toBe(0.375);
  });
});

describe('against a reference circuit', () => {
  const reference = referenceCircuits.find(({ id }) => id === 'tracr-reverse-zero') ?? expect.fail();
  const graph = new EdgeGraph(reference.shape);
  const isTrue = (edge: number): boolean => (reference.edges ?? []).includes(graph.edgeName(edge));

  it('the truth itself is found whole, at both levels', () => {
    const kept = Uint8Array.from({ length: graph.size }, (_, edge) => (isTrue(edge) ? 1 : 0));
    const [edges, nodes] = scoreAgainst({ graph, kept, scores: Float64Array.from(kept) }, reference);
    expect(edges).toMatchObject({ level: 'edge', positives: 11, total: 94, rocArea: 1, precision: 1, recall: 1 });
    expect(nodes).toMatchObject({ level: 'node', positives: 5, total: 8, rocArea: 1, precision: 1, recall: 1 });
  });

  it('scores of nodes are taken as they are, over the nodes that have one', () => {
    const scores = new Map([
      ['a3.h0', 1],
      ['a2.h0', -1],
      ['m3', 0],
    ]);
    const kept = new Uint8Array(graph.size);
    const levels = scoreAgainst({ graph, kept, scores: new Float64Array(graph.size), nodeScores: scores }, reference);
    expect(levels[1]).toMatchObject({ level: 'node', positives: 1, total: 3, rocArea: 1 });
  });

  it('equal scores tell nothing', () => {
    const nothing = { graph, kept: new Uint8Array(graph.size), scores: new Float64Array(graph.size) };
    expect(scoreAgainst(nothing, reference)[0]).toMatchObject({ rocArea: 0.5, recall: 0, precision: null });
  });

  it('refuses a circuit of another graph', () => {
    const other = new EdgeGraph({ ...reference.shape, layers: 3 });
    const circuit = { graph: other, kept: new Uint8Array(other.size), scores: new Float64Array(other.size) };
    expect(() => scoreAgainst(circuit, reference)).toThrow(/another model/);
  });
});
