import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EdgeGraph } from '../edge-graph.js';
import { pruneEdges } from '../prune-edges.js';
import { referenceCircuits } from './index.js';
import { IOI_HEADS } from './ioi.js';

/** Scope: the published circuits have the sizes that their publications and the code that scores by them state. */

const named = (id: string) => referenceCircuits.find((circuit) => circuit.id === id) ?? expect.fail(`no ${id}`);
const headsAmong = (nodes: readonly string[]): string[] => nodes.filter((node) => node.startsWith('a'));

/** Edges from a head's q, k and v inputs to their sums, which ACDC's graph counts: one for each input that is read. */
const inputEdges = (edges: readonly string[]): number =>
  new Set(edges.map((edge) => edge.split('->')[1] ?? '').filter((to) => to.startsWith('a'))).size;

describe('reference circuits', () => {
  it('IOI: 26 heads, all MLPs, 963 edges and with the 78 into the heads 1 041, as published', () => {
    const { nodes, edges = [] } = named('ioi-wang');
    expect(headsAmong(nodes)).toHaveLength(26);
    expect(nodes).toHaveLength(26 + 12);
    expect(edges).toHaveLength(963);
    expect(edges.length + 3 * headsAmong(nodes).length).toBe(1041);
    expect(Object.values(IOI_HEADS).map(({ length }) => length)).toEqual([3, 8, 2, 4, 4, 3, 2]);
  });

  it('greater than: 9 heads and 8 MLPs, 235 edges, 262 with those into the heads', () => {
    const { nodes, edges = [] } = named('greater-than-acdc');
    expect(headsAmong(nodes)).toHaveLength(9);
    expect(nodes).toHaveLength(9 + 8);
    expect(edges).toHaveLength(235);
    expect(edges.length + inputEdges(edges)).toBe(262);
  });

  it('docstring: 6 heads, 24 edges, 37 with those into the heads', () => {
    const { nodes, edges = [] } = named('docstring');
    expect(nodes).toHaveLength(6);
    expect(edges).toHaveLength(24);
    expect(edges.length + inputEdges(edges)).toBe(37);
  });

  it('induction: input, 0.0 and 1.6 by 6 edges', () => {
    expect(named('induction').edges).toEqual([
      'input->a0.h0<v>',
      'input->a1.h6<q>',
      'input->a1.h6<v>',
      'a0.h0->a1.h6<k>',
      'input->logits',
      'a1.h6->logits',
    ]);
  });

  it.each([
    ['ioi-wang', 'ioi-oneill', 'a9.h0', 'a11.h3'],
    ['docstring', 'docstring-oneill', 'a1.h2', 'a1.h0'],
  ])('%s and %s differ by one head', (one, other, only, instead) => {
    const [a, b] = [headsAmong(named(one).nodes), headsAmong(named(other).nodes)];
    expect(a.filter((head) => !b.includes(head))).toEqual([only]);
    expect(b.filter((head) => !a.includes(head))).toEqual([instead]);
  });

  it('the lists for greater than disagree on three heads', () => {
    const [acdc, hanna] = [headsAmong(named('greater-than-acdc').nodes), headsAmong(named('greater-than-hanna').nodes)];
    expect(hanna.filter((head) => !acdc.includes(head))).toEqual(['a5.h1', 'a8.h8']);
    expect(acdc.filter((head) => head.startsWith('a6') && !hanna.includes(head))).toEqual(['a6.h1']);
    expect(named('greater-than-hanna').nodes).toHaveLength(7 + 4);
  });

  it('those of compiled programs are the edges that brute force found', () => {
    const path = new URL('../../../../tests/fixtures/tracr/edges.json', import.meta.url);
    const truth = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<'zero' | 'resample', string[]>>;
    const ours = (name: string): string =>
      name
        .replace('embed', 'input')
        .replace('output', 'logits')
        .replace(/a(\d+)\.(\d+)/g, 'a$1.h$2')
        .replace(/\.([qkv])$/, '<$1>');
    for (const [program, modes] of Object.entries(truth)) {
      for (const mode of ['zero', 'resample'] as const) {
        expect(named(`tracr-${program}-${mode}`).edges).toEqual(modes[mode].map(ours));
      }
    }
    expect(referenceCircuits.filter(({ id }) => id.startsWith('tracr-'))).toHaveLength(2 * Object.keys(truth).length);
  });

  it.each(referenceCircuits)('$id: its nodes and edges are of its graph and none dangles', (circuit) => {
    const graph = new EdgeGraph(circuit.shape);
    const places = circuit.nodes.map((node) => graph.source(node) ?? NaN);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
    if (!circuit.edges) return;
    const edges = circuit.edges.map((edge) => graph.edgeNamed(edge) ?? NaN);
    expect(new Set(edges).size).toBe(edges.length);
    const kept = new Uint8Array(graph.size);
    for (const edge of edges) kept[edge] = 1;
    expect(pruneEdges(graph, kept)).toEqual(kept);
  });

  it('names each once', () => {
    expect(new Set(referenceCircuits.map(({ id }) => id)).size).toBe(referenceCircuits.length);
  });
});
