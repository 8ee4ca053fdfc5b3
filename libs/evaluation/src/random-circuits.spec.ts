import { countKept, EdgeGraph, pruneEdges } from '@patchbay/circuit';
import { Random } from '@patchbay/tasks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inflate, randomCircuit, randomEdges, randomPath } from './random-circuits.js';

const shapes = fc.record({
  ...{ layers: fc.integer({ min: 1, max: 4 }), heads: fc.integer({ min: 1, max: 3 }), mlps: fc.boolean() },
  ...{ parallel: fc.boolean(), positionSource: fc.boolean() },
});
const drawn = fc.tuple(shapes, fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }));

it('random circuits have the size asked for, nothing dangling, and the same for the same seed', () => {
  fc.assert(
    fc.property(drawn, ([shape, seed, share]) => {
      const graph = new EdgeGraph(shape);
      const count = Math.floor(share * graph.size);
      const circuit = randomCircuit(graph, count, new Random(seed));
      expect(countKept(circuit)).toBeGreaterThanOrEqual(count);
      expect(countKept(circuit)).toBeLessThan(count + 2 * shape.layers + 1);
      expect(pruneEdges(graph, circuit)).toEqual(circuit);
      expect(randomCircuit(graph, count, new Random(seed))).toEqual(circuit);
      expect(countKept(randomEdges(graph, count, new Random(seed)))).toBe(count);
    }),
  );
});

it('a path leads from an input to the logits, edge by edge', () => {
  fc.assert(
    fc.property(shapes, fc.nat(1000), (shape, seed) => {
      const graph = new EdgeGraph(shape);
      const names = randomPath(graph, new Random(seed)).map((edge) => graph.edgeName(edge));
      expect(names[0]).toMatch(/^(input|pos)->/);
      expect(names.at(-1)).toMatch(/->logits$/);
      names.slice(1).forEach((name, i) => {
        expect(names[i]?.split('->')[1]?.replace(/<.>/, '')).toBe(name.split('->')[0]);
      });
    }),
  );
});

it('every edge is on some random path', () => {
  const graph = new EdgeGraph({ layers: 2, heads: 2, mlps: true });
  const random = new Random(1);
  const seen = new Set(Array.from({ length: 5000 }, () => randomPath(graph, random)).flat());
  expect(seen.size).toBe(graph.size);
});

it('inflating adds a path that was not wholly there', () => {
  const graph = new EdgeGraph({ layers: 2, heads: 2, mlps: true });
  const random = new Random(2);
  const circuit = randomCircuit(graph, 20, random);
  const { inflated, added } = inflate(graph, circuit, random) ?? expect.fail();
  expect(added.length).toBeGreaterThan(0);
  expect(added.every((edge) => circuit[edge] === 0 && inflated[edge] === 1)).toBe(true);
  expect(countKept(inflated)).toBe(countKept(circuit) + added.length);
  expect(inflate(graph, new Uint8Array(graph.size).fill(1), random)).toBeUndefined();
});
