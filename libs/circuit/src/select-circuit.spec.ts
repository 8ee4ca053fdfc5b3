import { describe, expect, it } from 'vitest';
import type { Circuit } from './circuit.js';
import { EdgeGraph } from './edge-graph.js';
import { selectCircuit } from './select-circuit.js';

const graph = new EdgeGraph({ layers: 1, heads: 1, mlps: true });
const circuit: Circuit = {
  graph,
  scores: Float64Array.from({ length: graph.size }, (_, edge) => (edge % 2 === 0 ? edge : -edge)),
  kept: new Uint8Array(graph.size).fill(1),
};
const count = (chosen: Circuit): number => chosen.kept.reduce((a, b) => a + b, 0);

describe('a circuit is chosen', () => {
  it('as it is where nothing is asked for', () => {
    expect(selectCircuit(circuit, { ranking: 'absolute' })).toBe(circuit);
  });

  it('by number, by threshold and greedily, by worth or size', () => {
    expect(count(selectCircuit(circuit, { top: graph.size, ranking: 'signed' }))).toBe(graph.size);
    expect(count(selectCircuit(circuit, { threshold: Infinity, ranking: 'absolute' }))).toBe(0);
    const [signed, absolute] = (['signed', 'absolute'] as const).map((ranking) =>
      selectCircuit(circuit, { threshold: 0.5, ranking }),
    );
    expect(count(signed as Circuit)).toBeLessThan(count(absolute as Circuit));
    expect(count(selectCircuit(circuit, { greedy: 1, ranking: 'absolute' }))).toBeLessThanOrEqual(1);
  });

  it('in one way only, and not without scores', () => {
    expect(() => selectCircuit(circuit, { top: 1, greedy: 1, ranking: 'signed' })).toThrow(/More than one way/);
    const unscored = { ...circuit, scores: new Float64Array(graph.size).fill(NaN) };
    expect(() => selectCircuit(unscored, { top: 1, ranking: 'signed' })).toThrow(/no scores/);
  });
});
