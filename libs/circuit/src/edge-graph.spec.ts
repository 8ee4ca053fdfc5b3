import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdgeGraph } from './edge-graph.js';
import { pruneEdges } from './prune-edges.js';

interface Circuit {
  nodes: Record<string, { in_graph: boolean }>;
  edges: Record<string, { score: number; in_graph: boolean }>;
}

/** Written by the EAP-IG package: 3 layers, 4 heads, random scores, the 40 best edges kept and then pruned. */
const circuit = JSON.parse(
  readFileSync(new URL('../../../tests/fixtures/mib/eapig_graph.json', import.meta.url), 'utf8'),
) as Circuit;
const small = new EdgeGraph({ layers: 3, heads: 4, mlps: true });
const names = (graph: EdgeGraph): string[] => Array.from({ length: graph.size }, (_, edge) => graph.edgeName(edge));

describe('the edge graph', () => {
  it.each([
    ['GPT-2 small', { layers: 12, heads: 12, mlps: true }, 32_491],
    ['6 layers of 4 heads', { layers: 6, heads: 4, mlps: true }, 1_108],
    ['attention only, 4 layers of 8 heads', { layers: 4, heads: 8, mlps: false }, 1_281],
    ['attention only, 2 layers of 8 heads', { layers: 2, heads: 8, mlps: false }, 257],
  ])('%s has as many edges as published', (_, shape, edges) => {
    expect(new EdgeGraph(shape).size).toBe(edges);
  });

  it('has the nodes and edges of a circuit file of the MIB benchmark, in its order', () => {
    expect(names(small)).toEqual(Object.keys(circuit.edges));
    expect([...small.sources.keys()].map((i) => small.sourceName(i))).toEqual(Object.keys(circuit.nodes).slice(0, -1));
  });

  it('without MLPs in sequence a layer’s heads do not reach its MLP', () => {
    const parallel = new EdgeGraph({ layers: 2, heads: 2, mlps: true, parallel: true });
    expect(parallel.edgeNamed('a0.h1->m0')).toBeUndefined();
    expect(parallel.edgeNamed('a0.h1->m1')).toBeDefined();
    expect(parallel.edgeNamed('m0->a1.h0<k>')).toBeDefined();
    // by layer 3 · 2 · S + S edges, S = 1, 4 sources before it, and 7 into the logits
    expect(parallel.size).toBe(7 * 1 + 7 * 4 + 7);
  });

  it('may have position embeddings as a source of their own', () => {
    const graph = new EdgeGraph({ layers: 1, heads: 1, mlps: true, positionSource: true });
    expect(graph.sources.slice(0, 2)).toEqual([{ kind: 'input' }, { kind: 'pos' }]);
    expect(graph.size).toBe(3 * 2 + 3 + 4);
    expect(graph.edgeNamed('pos->a0.h0<q>')).toBeDefined();
  });

  it('finds an edge by its ends and by its name, and no other', () => {
    const shape = fc.record({
      layers: fc.integer({ min: 1, max: 4 }),
      heads: fc.integer({ min: 1, max: 4 }),
      mlps: fc.boolean(),
      parallel: fc.boolean(),
      positionSource: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, (drawn) => {
        const graph = new EdgeGraph(drawn);
        let seen = 0;
        for (let destination = 0; destination < graph.destinations.length; destination++) {
          seen += graph.seenBy(destination);
          expect(graph.edge(graph.seenBy(destination), destination)).toBeUndefined();
        }
        expect(graph.size).toBe(seen);
        for (let edge = 0; edge < graph.size; edge++) {
          const { source, destination } = graph.ends(edge);
          expect(graph.edge(source, destination)).toBe(edge);
          expect(graph.edgeNamed(graph.edgeName(edge))).toBe(edge);
        }
      }),
    );
    for (const wrong of ['', 'input', 'm1->m0', 'logits->m0', 'input->logits->m0', 'input->a0.h0']) {
      expect(small.edgeNamed(wrong)).toBeUndefined();
    }
    expect(() => small.ends(small.size)).toThrow(RangeError);
    expect(() => small.seenBy(small.destinations.length)).toThrow(RangeError);
  });
});

describe('pruning', () => {
  const maskOf = (graph: EdgeGraph, kept: readonly string[]): Uint8Array =>
    Uint8Array.from(names(graph), (name) => (kept.includes(name) ? 1 : 0));
  const namesOf = (graph: EdgeGraph, mask: Uint8Array): string[] => names(graph).filter((_, edge) => mask[edge] === 1);

  it('leaves what the EAP-IG package leaves of the best 40 edges', () => {
    const best = Object.entries(circuit.edges)
      .sort(([, a], [, b]) => Math.abs(b.score) - Math.abs(a.score))
      .slice(0, 40)
      .map(([name]) => name);
    const expected = Object.entries(circuit.edges).flatMap(([name, { in_graph }]) => (in_graph ? [name] : []));
    expect(namesOf(small, pruneEdges(small, maskOf(small, best)))).toEqual(expected);
    expect(expected.length).toBeLessThan(40);
  });

  it('follows chains both ways and keeps input and logits', () => {
    const kept = ['input->a0.h0<v>', 'a0.h0->m1', 'm1->logits', 'a1.h0->m2', 'm2->logits', 'input->a2.h1<q>'];
    const left = ['input->a0.h0<v>', 'a0.h0->m1', 'm1->logits'];
    expect(namesOf(small, pruneEdges(small, maskOf(small, kept)))).toEqual(left);
    expect(namesOf(small, pruneEdges(small, maskOf(small, ['input->logits'])))).toEqual(['input->logits']);
  });

  it('reaches a fixpoint in which every node left is on a path from input to logits', () => {
    const mask = fc.uint8Array({ min: 0, max: 1, minLength: small.size, maxLength: small.size });
    fc.assert(
      fc.property(mask, fc.uint8Array({ min: 0, max: 1, minLength: small.size, maxLength: small.size }), (a, b) => {
        const pruned = pruneEdges(
          small,
          a.map((v, i) => v & (b[i] ?? 0) & (i % 3 === 0 ? 1 : 0)),
        );
        expect(pruneEdges(small, pruned)).toEqual(pruned);
      }),
    );
  });
});
