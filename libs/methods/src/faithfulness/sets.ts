import { type Circuit, countKept, greedyEdges, pruneEdges, type Ranking, topEdges } from '@patchbay/circuit';
import { edgesAt, randomCircuit } from '@patchbay/evaluation';
import { Random } from '@patchbay/tasks';
import { circuitOf, isPart } from '../edge-sets/given-circuit.js';
import type { MethodContext } from '../method.js';
import type { Params } from './params.js';

export const RANKINGS = ['signed', 'absolute'] as const satisfies readonly Ranking[];

/** The circuit as it was given, and a circuit of no edges: what f = 0 is. */
export const GIVEN = 'circuit';
export const NONE = 'none';

/** `signed@324`: the best 324 edges, pruned; `random.2@324`: a random circuit as large as what is left of them. */
export const ranked = (ranking: Ranking, edges: number): string => `${ranking}@${edges}`;
export const random = (draw: number, of: string): string => `random.${draw}@${of}`;

type Context = Pick<MethodContext<Params>, 'params' | 'seed' | 'circuit'>;

/** Sizes that the curve is measured at, ascending. Two shares of a small graph may be the same number of edges. */
export function sizesOf(context: Context): { share: number; edges: number }[] {
  const { shares, edges } = context.params;
  const { size } = circuitOf(context).graph;
  const sizes = edges
    ? edges.map((count) => ({ share: Math.min(count, size) / size, edges: Math.min(count, size) }))
    : shares.map((share) => ({ share, edges: edgesAt(share, size) }));
  return sizes.sort((a, b) => a.share - b.share);
}

/** Whether edges can be ranked: a circuit drawn by hand has no scores. */
export const isScored = ({ scores }: Circuit): boolean => scores.some((score) => !Number.isNaN(score));

/** Names of all edge sets that are measured. */
export function setNames(context: Context): string[] {
  const circuit = circuitOf(context);
  const draws = Array.from({ length: context.params.randomCircuits }, (_, draw) => draw);
  const withRandom = (of: string): string[] => [of, ...draws.map((draw) => random(draw, of))];
  const sizes = new Set(sizesOf(context).map(({ edges }) => edges));
  const curves = isScored(circuit)
    ? [
        ...[...sizes].flatMap((edges) => withRandom(ranked('signed', edges))),
        ...[...sizes].map((edges) => ranked('absolute', edges)),
      ]
    : [];
  return [NONE, ...(isPart(circuit) ? withRandom(GIVEN) : []), ...curves];
}

/** The edges of a set, by its name. */
export function keptBy(name: string, context: Context): Uint8Array {
  const { graph, scores, kept } = circuitOf(context);
  const { selection } = context.params;
  if (name === NONE) return new Uint8Array(graph.size);
  if (name === GIVEN) return pruneEdges(graph, kept);
  const [, draw, of = ''] = /^random\.(\d+)@(.+)$/.exec(name) ?? [];
  if (draw !== undefined) {
    const size = countKept(keptBy(of, context));
    return randomCircuit(graph, size, new Random(seedOf(context.seed, Number(draw), size)));
  }
  const [ranking, edges = ''] = name.split('@') as [Ranking, string?];
  const count = Number(edges);
  const best = selection === 'top' ? topEdges(scores, count, ranking) : greedyEdges(graph, scores, count, ranking);
  return pruneEdges(graph, best);
}

/** Another stream of chance for each draw and size. */
const seedOf = (seed: number, draw: number, size: number): number => (seed * 1_000_003 + draw * 7_919 + size) >>> 0;
