import { importanceByPair, pruneEdges, topEdges } from '@patchbay/circuit';
import { invalidInput } from '@patchbay/contracts';
import { resampledScores } from '@patchbay/evaluation';
import { circuitOf } from '../edge-sets/given-circuit.js';
import type { MethodContext } from '../method.js';
import type { Params } from './params.js';

export type Context = Pick<MethodContext<Params>, 'circuit' | 'params' | 'seed'>;

/** The circuit of all pairs, and a circuit of no edges: what f = 0 is. */
export const ALL_PAIRS = 'all pairs';
export const NONE = 'none';

const SAMPLE = 'sample ';

/** `sample 3`: the circuit that another sample of the pairs would have given. */
export const samples = ({ params }: Pick<Context, 'params'>): string[] =>
  Array.from({ length: params.samples }, (_, i) => `${SAMPLE}${i}`);

export const setNames = (context: Context): string[] => [NONE, ALL_PAIRS, ...samples(context)];

/** Size of the circuits before they are pruned. */
export function sizeOf(context: Context): number {
  const { size } = circuitOf(context).graph;
  return Math.min(size, context.params.edges ?? Math.ceil(size / 20));
}

/** Scores of all edges in a sample, or over all pairs. */
export function scoresOf(name: string, context: Context): Float64Array {
  if (!name.startsWith(SAMPLE)) return circuitOf(context).scores;
  // a stream of chance for each, so that a unit of work needs no other's samples
  const seed = (context.seed * 1_000_003 + Number(name.slice(SAMPLE.length)) + 1) >>> 0;
  return resampledScores(valuesOf(context), { draws: 1, seed })[0] ?? new Float64Array();
}

/** The edges of a set, by its name. */
export function keptBy(name: string, context: Context): Uint8Array {
  const { graph } = circuitOf(context);
  if (name === NONE) return new Uint8Array(graph.size);
  return pruneEdges(graph, topEdges(scoresOf(name, context), sizeOf(context), 'absolute'));
}

/** By edge its importance for each pair. @throws PatchbayError `invalid-input` where scores are no means over pairs */
export function valuesOf(context: Context): readonly Float64Array[] {
  const values = importanceByPair(circuitOf(context));
  if (values) return values;
  throw invalidInput(
    'The circuit has no value of each edge for each pair, so its scores cannot be sampled again.',
    'Give a run or a result of a method whose edge scores are means over pairs: eap, eap-ig, edge-patching.',
  );
}
