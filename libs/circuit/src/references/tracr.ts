import type { EdgeGraphShape } from '../edge-graph.js';
import { inGraphOrder, type ReferenceCircuit } from './reference-circuit.js';

/** A compiled program's edges that change a scored output when they alone are removed, on any input (brute force). */
interface Program {
  layers: number;
  resample: readonly string[];
  zero: readonly string[];
}

/** Under resampling, paths that carry the same in every run (positions, constants) cannot count. */
const PROGRAMS: Record<string, Program> = {
  reverse: {
    layers: 4,
    resample: ['input->a3.h0<v>', 'a3.h0->logits'],
    zero: [
      'input->a0.h0<v>',
      'input->m0',
      'a0.h0->m0',
      'input->m1',
      'pos->m1',
      'm0->m1',
      'm1->m2',
      'm2->a3.h0<q>',
      'pos->a3.h0<k>',
      'input->a3.h0<v>',
      'a3.h0->logits',
    ],
  },
  xproportion: {
    layers: 2,
    resample: ['input->m0', 'm0->a1.h0<v>', 'a1.h0->logits'],
    zero: ['input->m0', 'pos->a1.h0<q>', 'pos->a1.h0<k>', 'm0->a1.h0<v>', 'a1.h0->logits'],
  },
  hist: {
    layers: 1,
    resample: ['input->a0.h0<q>', 'input->a0.h0<k>', 'a0.h0->m0', 'm0->logits'],
    zero: ['input->a0.h0<q>', 'input->a0.h0<k>', 'input->a0.h0<v>', 'input->m0', 'a0.h0->m0', 'm0->logits'],
  },
  sort: {
    layers: 2,
    resample: ['input->a0.h0<q>', 'input->a0.h0<k>', 'a0.h0->m0', 'm0->a1.h0<k>', 'input->a1.h0<v>', 'a1.h0->logits'],
    zero: [
      'input->a0.h0<q>',
      'input->a0.h0<k>',
      'input->a0.h0<v>',
      'input->m0',
      'a0.h0->m0',
      'pos->a1.h0<q>',
      'm0->a1.h0<k>',
      'input->a1.h0<v>',
      'a1.h0->logits',
    ],
  },
};

const ABLATIONS = ['resample', 'zero'] as const;

/** Exact circuits of the built-in Tracr programs, one for each ablation: `tracr-reverse-zero`. */
export const tracrCircuits: readonly ReferenceCircuit[] = Object.entries(PROGRAMS).flatMap(([program, circuit]) =>
  ABLATIONS.map((ablation): ReferenceCircuit => {
    const shape: EdgeGraphShape = { layers: circuit.layers, heads: 1, mlps: true, positionSource: true };
    return {
      id: `tracr-${program}-${ablation}`,
      title: `The program ${program} (Tracr), ${ablation} ablation`,
      model: `tracr-${program}`,
      shape,
      task: `tracr/${program}`,
      ablation,
      source: 'compiled with google-deepmind/tracr; every edge removed alone on every input, in float64',
      nodes: nodesOn(shape, circuit[ablation]),
      edges: circuit[ablation],
    };
  }),
);

/** Heads and MLPs that some edge leaves. */
function nodesOn(shape: EdgeGraphShape, edges: readonly string[]): string[] {
  const inputs = ['input', 'pos'];
  const senders = new Set(edges.map((edge) => edge.split('->')[0] ?? ''));
  return inGraphOrder(
    shape,
    [...senders].filter((node) => !inputs.includes(node)),
  );
}
