import { EdgeGraph } from '@patchbay/circuit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LossOf, type Scan, isKept, scan, startScan } from './scan.js';
import { ORDERS, type Stage, visitOrder } from './visit-order.js';

/** Scope: the scan's decisions on losses that are plain arithmetic; on models in acdc.spec.ts. */

/** Damage of each edge plus damage that pairs of removed edges do together: order and earlier decisions matter. */
function interacting(single: readonly number[], together: readonly (readonly [number, number, number])[]) {
  return (removed: Uint8Array): number => {
    const alone = single.reduce((total, damage, edge) => total + (removed[edge] === 1 ? damage : 0), 0);
    return together.reduce((total, [a, b, d]) => total + (removed[a] === 1 && removed[b] === 1 ? d : 0), alone);
  };
}

/** ACDC as the paper writes it: one edge at a time, the whole set evaluated anew for each. */
function oneAtATime(graph: EdgeGraph, stages: readonly Stage[], tau: number, lossOf: (r: Uint8Array) => number) {
  const removed = new Uint8Array(graph.size);
  const steps: [edge: string, removed: boolean][] = [];
  let loss = lossOf(removed);
  const kept = new Set<string>();
  for (const edge of stages.flat()) {
    const [, to = ''] = graph.edgeName(edge).split('->');
    const node = to.replace(/<.>$/, '');
    if (node !== 'logits' && ![...kept].some((name) => name.startsWith(`${node}->`))) continue;
    const without = removed.slice();
    without[edge] = 1;
    const worse = lossOf(without) - loss;
    if (worse < tau) {
      removed[edge] = 1;
      loss += worse;
    } else kept.add(graph.edgeName(edge));
    steps.push([graph.edgeName(edge), worse < tau]);
  }
  return steps;
}

const shape = fc.record({
  layers: fc.integer({ min: 1, max: 3 }),
  heads: fc.integer({ min: 1, max: 3 }),
  mlps: fc.boolean(),
});
const problem = shape.chain((s) => {
  const graph = new EdgeGraph(s);
  const edge = fc.nat(graph.size - 1);
  // multiples of 1/8 add up exactly, so that a tie with τ is a tie in both
  const damage = fc.integer({ min: -4, max: 12 }).map((eighths) => eighths / 8);
  return fc.record({
    graph: fc.constant(graph),
    single: fc.array(damage, { minLength: graph.size, maxLength: graph.size }),
    together: fc.array(fc.tuple(edge, edge, damage), { maxLength: 40 }),
    tau: damage,
    order: fc.constantFrom(...ORDERS),
    seed: fc.nat(100),
    width: fc.integer({ min: 1, max: 20 }),
    cut: fc.nat(graph.size),
  });
});

describe('the scan', () => {
  it('decides as one edge at a time does, whatever it guesses and wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ graph, single, together, tau, order, seed, width, cut }) => {
        const stages = visitOrder(graph, order, seed);
        const loss = interacting(single, together);
        const lossOf: LossOf = (sets) => Promise.resolve(sets.map(loss));
        const options = { graph, stages, tau, lossOf, width };
        const half = await scan(startScan(graph, loss(new Uint8Array(graph.size))), { ...options, end: cut });
        expect(half.at).toBe(cut);
        const whole = await scan(structuredClone(half), { ...options, end: graph.size });
        const steps = stages.flat().filter((edge) => !Number.isNaN(whole.rises[edge]));
        expect(steps.map((edge) => [graph.edgeName(edge), !isKept(whole, edge)])).toEqual(
          oneAtATime(graph, stages, tau, loss),
        );
        expect(whole.loss).toBe(loss(whole.removed));
      }),
      { numRuns: 300 },
    );
  });

  it('goes on from any step that it reported', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ graph, single, together, tau, width, cut }) => {
        const loss = interacting(single, together);
        const reported: Scan[] = [];
        const options = {
          ...{ graph, stages: visitOrder(graph, 'normal', 0), end: graph.size, tau, width },
          lossOf: (sets: readonly Uint8Array[]) => Promise.resolve(sets.map(loss)),
        };
        const onStep = (now: Scan) => Promise.resolve(void reported.push(structuredClone(now)));
        const whole = await scan(startScan(graph, 0), { ...options, onStep });
        const some = reported[cut % reported.length];
        expect(await scan(some ?? startScan(graph, 0), options)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['goes', 0, 0],
    ['stays', 1, 0],
    ['goes but for one edge', 0, 1],
  ])('takes few rounds where all %s, never more sets at once than it may', async (_, damage, one) => {
    const graph = new EdgeGraph({ layers: 2, heads: 4, mlps: true });
    const sizes: number[] = [];
    const lossOf: LossOf = (sets) => {
      sizes.push(sets.length);
      return Promise.resolve(
        sets.map((removed) => removed.reduce((a, b) => a + damage * b, one * (removed[graph.size - 1] ?? 0))),
      );
    };
    const stages = visitOrder(graph, 'normal', 0);
    const { at } = await scan(startScan(graph, 0), { graph, stages, end: graph.size, tau: 0.5, lossOf, width: 16 });
    expect(at).toBe(graph.size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
    expect(sizes.length).toBeLessThan(damage === 1 ? 18 : 12);
  });
});

describe('the order of visits', () => {
  it.each(ORDERS)('%s: each edge once, readers before what they read', (order) => {
    const graph = new EdgeGraph({ layers: 3, heads: 2, mlps: true });
    const edges = visitOrder(graph, order, 7).flat();
    expect([...edges].sort((a, b) => a - b)).toEqual([...Array(graph.size).keys()]);
    const place = new Map(edges.map((edge, i) => [edge, i]));
    for (const edge of edges) {
      const node = graph.edgeName(edge).split('->')[1]?.replace(/<.>$/, '') ?? '';
      const readers = edges.filter((other) => graph.edgeName(other).startsWith(`${node}->`));
      expect(readers.every((other) => (place.get(other) ?? NaN) < (place.get(edge) ?? NaN))).toBe(true);
    }
  });

  it('is the same for the same seed and another for another', () => {
    const graph = new EdgeGraph({ layers: 2, heads: 3, mlps: true });
    expect(visitOrder(graph, 'random', 1)).toEqual(visitOrder(graph, 'random', 1));
    expect(visitOrder(graph, 'random', 1)).not.toEqual(visitOrder(graph, 'random', 2));
  });
});
