import { type Circuit, EdgeGraph } from '@patchbay/circuit';
import { Random } from '@patchbay/tasks';
import { describe, expect, it } from 'vitest';
import { compareCircuits } from './compare-circuits.js';
import { diffValues } from './diff-manifests.js';
import { compareFaithfulness } from './faithfulness-difference.js';
import { resampledScores, stabilityOf } from './stability.js';

const graph = new EdgeGraph({ layers: 2, heads: 2, mlps: true });
const circuitOf = (kept: readonly string[], scoreOf: (edge: number) => number): Circuit => ({
  graph,
  scores: Float64Array.from({ length: graph.size }, (_, edge) => scoreOf(edge)),
  kept: Uint8Array.from({ length: graph.size }, (_, edge) => (kept.includes(graph.edgeName(edge)) ? 1 : 0)),
});

describe('two circuits', () => {
  const a = circuitOf(['input->m0', 'm0->logits'], (edge) => edge);
  const b = circuitOf(['input->m0', 'm0->m1', 'm1->logits'], (edge) => 2 * edge);

  it('share, add and remove edges and nodes', () => {
    const { edges, nodes, scores, bySize } = compareCircuits(a, b);
    expect(edges).toEqual({
      shared: ['input->m0'],
      added: ['m0->m1', 'm1->logits'],
      removed: ['m0->logits'],
      jaccard: 0.25,
    });
    expect(nodes).toEqual({ shared: ['m0'], added: ['m1'], removed: [], jaccard: 0.5 });
    expect(scores).toMatchObject({ edges: graph.size, spearman: expect.closeTo(1, 9), largestDifference: 1 });
    expect(scores?.top).toMatchObject({ kendall: 1, signFlips: 0 });
    for (const size of bySize) expect(size.jaccard).toBe(1);
    expect(bySize.at(-1)).toMatchObject({ share: 1, chance: 1 });
  });

  it('whose signs differ disagree at the top, not in size', () => {
    const { scores, bySize } = compareCircuits(
      a,
      circuitOf([], (edge) => -edge),
    );
    expect(scores?.spearman).toBeCloseTo(-1, 9);
    expect(scores?.top.signFlips).toBe(1);
    for (const size of bySize) expect(size.jaccard).toBe(1);
    const signed = compareCircuits(
      a,
      circuitOf([], (edge) => -edge),
      'signed',
    );
    expect(signed.bySize[0]?.jaccard).toBe(0);
  });

  it('without scores are compared as sets; of other models not at all', () => {
    expect(
      compareCircuits(
        a,
        circuitOf([], () => NaN),
      ),
    ).toMatchObject({ scores: null, bySize: [] });
    const other = new EdgeGraph({ layers: 3, heads: 2, mlps: true });
    const foreign = { graph: other, scores: new Float64Array(other.size), kept: new Uint8Array(other.size) };
    expect(() => compareCircuits(a, foreign)).toThrow(/another model/);
  });
});

it('manifests differ where they differ and nowhere else', () => {
  const a = { model: { name: 'x', sha256: '1' }, params: { tau: 0.1, list: [1, 2] }, gone: 1 };
  const b = { model: { name: 'x', sha256: '2' }, params: { tau: 0.1, list: [1, 3] }, come: null };
  expect(diffValues(a, b)).toEqual([
    { path: 'model.sha256', a: '1', b: '2' },
    { path: 'params.list', a: [1, 2], b: [1, 3] },
    { path: 'gone', a: 1, b: undefined },
    { path: 'come', a: undefined, b: null },
  ]);
  expect(diffValues(a, structuredClone(a))).toEqual([]);
});

describe('faithfulness of two runs', () => {
  const none = [-4, -2, -6, -4];

  it('differs by what their circuits lose, pair by pair', () => {
    const a = { none, circuit: [-2, -1, -3, -2], 'random.0@circuit': none };
    const b = { none, circuit: [-1, -0.5, -1.5, -1] };
    // every pair loses half and a quarter: no draw of pairs changes that
    expect(compareFaithfulness(a, b, { seed: 1 })).toEqual([
      {
        set: 'circuit',
        a: 0.5,
        b: 0.75,
        difference: 0.25,
        low: expect.closeTo(0.25, 12),
        high: expect.closeTo(0.25, 12),
      },
    ]);
  });

  it('cannot be compared on other pairs', () => {
    expect(compareFaithfulness({ none, circuit: none }, { none: [1], circuit: [1] }, { seed: 1 })).toEqual([]);
    expect(compareFaithfulness({}, {}, { seed: 1 })).toEqual([]);
  });
});

describe('stability', () => {
  it('of equal scorings is 1, of random ones that of chance', () => {
    const random = new Random(3);
    const draw = () => Float64Array.from({ length: 1000 }, () => random.next());
    const one = draw();
    expect(stabilityOf([one, one, one])).toMatchObject({
      spearman: expect.closeTo(1, 9),
      bySize: expect.arrayContaining([expect.objectContaining({ jaccard: 1, variation: 0 })]),
    });
    const apart = stabilityOf(Array.from({ length: 6 }, draw));
    const half = apart.bySize.find(({ share }) => share === 0.5);
    expect(half?.jaccard).toBeCloseTo(half?.chance ?? NaN, 1);
    expect(Math.abs(apart.spearman)).toBeLessThan(0.1);
  });

  it('on resampled data falls with the noise between pairs', () => {
    const random = new Random(4);
    const noise = (): number => random.next() / 2 ** 32 - 0.5;
    const edges = (spread: number) =>
      Array.from({ length: 200 }, (_, edge) => Float64Array.from({ length: 20 }, () => edge + spread * noise()));
    const quiet = stabilityOf(resampledScores(edges(0.1), { draws: 10, seed: 1 }));
    const loud = stabilityOf(resampledScores(edges(500), { draws: 10, seed: 1 }));
    const tenth = (s: typeof quiet): number => s.bySize.find(({ share }) => share === 0.1)?.jaccard ?? NaN;
    expect(tenth(quiet)).toBe(1);
    expect(tenth(loud)).toBeLessThan(0.9);
    expect(loud.spearman).toBeLessThan(quiet.spearman);
  });
});
