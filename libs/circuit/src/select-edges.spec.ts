import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countKept, edgesAmong, keptNodes } from './circuit.js';
import { countEdges, EdgeGraph } from './edge-graph.js';
import { Heap } from './heap.js';
import { pruneEdges } from './prune-edges.js';
import { edgesAbove, greedyEdges, rankEdges, topEdges } from './select-edges.js';

const graph = new EdgeGraph({ layers: 2, heads: 2, mlps: true });
const scoresOf = (given: Record<string, number>): Float64Array =>
  Float64Array.from({ length: graph.size }, (_, edge) => given[graph.edgeName(edge)] ?? NaN);
const namesOf = (kept: Uint8Array): string[] =>
  [...kept.keys()].filter((edge) => kept[edge] === 1).map((edge) => graph.edgeName(edge));

describe('ranking', () => {
  it('puts the largest first, ties in the graph’s order, what was not scored last', () => {
    const scores = Float64Array.of(1, NaN, -3, 1, 2, NaN);
    expect([...rankEdges(scores, 'signed')]).toEqual([4, 0, 3, 2, 1, 5]);
    expect([...rankEdges(scores, 'absolute')]).toEqual([2, 4, 0, 3, 1, 5]);
  });

  it('chooses by number or by threshold', () => {
    const scores = Float64Array.of(1, NaN, -3, 1, 2);
    expect([...topEdges(scores, 2, 'signed')]).toEqual([1, 0, 0, 0, 1]);
    expect([...topEdges(scores, 2, 'absolute')]).toEqual([0, 0, 1, 0, 1]);
    expect([...edgesAbove(scores, 1, 'signed')]).toEqual([0, 0, 0, 0, 1]);
    expect([...edgesAbove(scores, 1, 'absolute')]).toEqual([0, 0, 1, 0, 1]);
    expect(countKept(topEdges(scores, 5, 'signed'))).toBe(5);
  });
});

describe('greedy selection from the logits', () => {
  it('takes the best edge into what is already in, however good others are', () => {
    const scores = scoresOf({
      'input->a0.h0<v>': 9,
      'm1->logits': 1,
      'a1.h0->m1': 3,
      'a0.h0->a1.h0<q>': 2,
      'm0->logits': 1.5,
    });
    const first = (count: number): string[] => namesOf(greedyEdges(graph, scores, count, 'signed'));
    expect(first(1)).toEqual(['m0->logits']);
    expect(first(2)).toEqual(['m0->logits', 'm1->logits']);
    expect(first(4)).toEqual(['a0.h0->a1.h0<q>', 'a1.h0->m1', 'm0->logits', 'm1->logits']);
    expect(first(5)).toEqual(expect.arrayContaining(['input->a0.h0<v>']));
    expect(first(graph.size)).toHaveLength(graph.size);
  });

  it('is connected to the logits: pruning only takes what the input does not reach', () => {
    const drawn = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: graph.size,
      maxLength: graph.size,
    });
    fc.assert(
      fc.property(drawn, fc.nat(graph.size), (scores, count) => {
        const kept = greedyEdges(graph, Float64Array.from(scores), count, 'signed');
        expect(countKept(kept)).toBe(count);
        const nodes = new Set(keptNodes(graph, kept));
        for (const node of nodes) expect(namesOf(kept).some((edge) => edge.startsWith(`${node}->`))).toBe(true);
        const pruned = pruneEdges(graph, kept);
        expect(pruned.every((one, edge) => one <= (kept[edge] ?? 0))).toBe(true);
      }),
    );
  });
});

it('a circuit of nodes keeps all edges among them, the input and the logits', () => {
  const kept = edgesAmong(graph, new Set(['a0.h1', 'm1']));
  expect(namesOf(kept)).toEqual([
    ...['q', 'k', 'v'].map((letter) => `input->a0.h1<${letter}>`),
    'input->m1',
    'a0.h1->m1',
    'input->logits',
    'a0.h1->logits',
    'm1->logits',
  ]);
  expect(keptNodes(graph, kept)).toEqual(['a0.h1', 'm1']);
});

it('a heap hands back all that was put in, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      numbers.forEach((number) => heap.push(number));
      expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

it('edges are counted without building the graph', () => {
  const shape = fc.record({
    ...{ layers: fc.integer({ min: 1, max: 5 }), heads: fc.integer({ min: 1, max: 5 }), mlps: fc.boolean() },
    ...{ parallel: fc.boolean(), positionSource: fc.boolean() },
  });
  fc.assert(
    fc.property(shape, (drawn) => {
      expect(countEdges(drawn)).toBe(new EdgeGraph(drawn).size);
    }),
  );
});
