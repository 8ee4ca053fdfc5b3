import type { Node, Value } from '../graph.js';

/** The gradient of one input of a node, appended to the graph only when it is asked for. */
export type Pending = () => Value;

/** A value and d(objective)/d(value), of its shape or one that broadcasts to it. */
export interface Seed {
  value: Value;
  gradient: Value;
}

/** What a rule may know and use of the walk that it is part of. */
export interface Walk {
  /** names of the values that change with those to differentiate by */
  dependent: ReadonlySet<string>;
  /** the same walk over other nodes */
  backward: (nodes: readonly Node[], seeds: readonly Seed[], wrt: readonly Value[]) => Value[];
}

/**
 * The chain rule for one operator.
 *
 * @param node the forward node; its results may be read again
 * @param incoming d(objective)/d(each output), undefined where an output does not reach the objective; its shape
 *   broadcasts to the output's (`narrow.ts`)
 * @returns d(objective)/d(each value that the node reads), undefined where there is none (shapes, indices, conditions)
 */
export type Rule = (
  node: Node,
  incoming: readonly (Value | undefined)[],
  walk: Walk,
) => readonly (Pending | undefined)[];

/** An operator stands between the objective and what it is to be differentiated by, and has no rule for that. */
export class NoGradientError extends Error {
  override readonly name = 'NoGradientError';

  constructor(
    readonly op: string,
    detail = 'autodiff has no rule for this operator',
  ) {
    super(`No gradient through ${op}: ${detail}.`);
  }
}
