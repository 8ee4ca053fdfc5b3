import type { Node, Value } from '../graph.js';
import { sumTo } from './sum-to.js';

/** The gradient of one input of a node, appended to the graph only when it is asked for. */
export type Pending = () => Value;

/** A value and d(objective)/d(value), of the same shape. */
export interface Seed {
  value: Value;
  gradient: Value;
}

/** What a rule may know and use of the walk that it is part of. */
export interface Walk {
  /** names of the values that change with those to differentiate by */
  dependent: ReadonlySet<string>;
  /** the same walk over other nodes */
  backward(nodes: readonly Node[], seeds: readonly Seed[], wrt: readonly Value[]): Value[];
}

/**
 * The chain rule for one operator.
 *
 * @param node the forward node; its results may be read again
 * @param incoming d(objective)/d(each output), undefined where an output does not reach the objective
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

/** Rule of an operator y = f(x), from dy to dx. */
export const unary =
  (dx: (gradient: Value, x: Value, y: Value, node: Node) => Value): Rule =>
  (node, [gradient]) => {
    const [x, y] = [node.inputs[0] as Value, node.outputs[0] as Value];
    return [() => dx(gradient as Value, x, y, node)];
  };

type Derivative = (gradient: Value, a: Value, b: Value, y: Value) => Value;

/** Rule of an operator y = f(a, b) on pairs of elements; what broadcasting repeated is summed again. */
export const binary =
  (da: Derivative, db: Derivative): Rule =>
  (node, [gradient]) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const y = node.outputs[0] as Value;
    return [() => sumTo(da(gradient as Value, a, b, y), a), () => sumTo(db(gradient as Value, a, b, y), b)];
  };
