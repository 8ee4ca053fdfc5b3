import { type Circuit, edgesAmong, keptNodes } from '@patchbay/circuit';
import { Random } from '@patchbay/tasks';
import type { MethodContext } from '../method.js';
import { circuitOf, partOf } from '../edge-sets/given-circuit.js';
import type { Params } from './params.js';

/** The circuit, the model and nothing, with some nodes taken out: `circuit-a9.h9,m3`, `model-`, `none`. */
export const circuitWithout = (nodes: readonly string[]): string => `circuit-${nodes.join()}`;
export const modelWithout = (nodes: readonly string[]): string => `model-${nodes.join()}`;
export const NONE = 'none';

type Context = Pick<MethodContext<Params>, 'circuit' | 'params' | 'seed'>;

/** Heads and MLPs of the circuit. */
export const nodesOf = (context: Context): string[] => keptNodes(circuitOf(context).graph, partOf(context));

/** The edges of a set, by its name: taking a node out takes all edges that enter or leave it. */
export function keptBy(name: string, context: Context): Uint8Array {
  const { graph } = circuitOf(context);
  if (name === NONE) return new Uint8Array(graph.size);
  const [base, removed = ''] = name.split('-');
  const without = edgesLeft(graph, new Set(removed.split(',')));
  return base === 'model' ? without : partOf(context).map((one, edge) => one & (without[edge] ?? 0));
}

function edgesLeft(graph: Circuit['graph'], removed: ReadonlySet<string>): Uint8Array {
  const left = graph.sources.map((_, source) => graph.sourceName(source)).filter((node) => !removed.has(node));
  return edgesAmong(graph, new Set(left));
}

/** Random sets of the circuit's nodes, each node in or out by the toss of a coin. */
export function samplesOf(context: Context): string[][] {
  const nodes = nodesOf(context);
  const random = new Random(context.seed);
  return Array.from({ length: context.params.samples }, () => nodes.filter(() => random.below(2) === 1));
}
