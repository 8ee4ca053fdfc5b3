import { type EdgeGraph, LETTERS } from '@patchbay/circuit';
import { Random } from '@patchbay/tasks';

export const ORDERS = ['normal', 'reverse', 'random'] as const;
export type Order = (typeof ORDERS)[number];

/** Edges whose fates do not decide whether another of them is tested: into one layer's heads, an MLP or the logits. */
export type Stage = readonly number[];

/**
 * Every edge in the order in which it is tried: destinations in reverse topological order (the logits, then from the
 * top layer down the MLP and the heads, each q, k, v), and into each destination source by source. The graph leaves
 * open which head and which source comes first, and the circuit depends on it: `normal` takes the last head and the
 * latest source first, `reverse` the first and the earliest, `random` shuffles both by the seed.
 */
export function visitOrder(graph: EdgeGraph, order: Order, seed: number): Stage[] {
  const random = new Random(seed);
  const arranged = (ascending: readonly number[]): readonly number[] => {
    if (order === 'random') return random.sample(ascending, ascending.length);
    return order === 'normal' ? ascending.toReversed() : ascending;
  };
  const into = (name: string): number[] => {
    const destination = graph.destination(name);
    if (destination === undefined) return [];
    return arranged([...Array(graph.seenBy(destination)).keys()]).flatMap((s) => graph.edge(s, destination) ?? []);
  };
  const stages: Stage[] = [into('logits')];
  const heads = [...Array(graph.shape.heads).keys()];
  for (let layer = graph.shape.layers - 1; layer >= 0; layer--) {
    stages.push(into(`m${layer}`));
    stages.push(arranged(heads).flatMap((head) => LETTERS.flatMap((letter) => into(`a${layer}.h${head}<${letter}>`))));
  }
  return stages;
}
