import type { Value } from '../graph.js';
import { add, cast, div, mul, scale, sqrt, sub, tanh } from '../ops/index.js';

export interface AdamOptions {
  learningRate: number;
  /** decay of the running mean of gradients, and of their squares */
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** A parameter and the running means of its gradient and of its gradient squared, all of one shape. */
export interface AdamState {
  parameter: Value;
  mean: Value;
  meanSquare: Value;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1): the state after `gradient` at step `step` (int64 scalar, from 0).
 */
export function adam(
  { parameter, mean, meanSquare }: AdamState,
  gradient: Value,
  step: Value,
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
): AdamState {
  const { graph } = parameter;
  const nextMean = add(scale(mean, beta1), scale(gradient, 1 - beta1));
  const nextSquare = add(scale(meanSquare, beta2), scale(mul(gradient, gradient), 1 - beta2));
  const steps = add(cast(step, 'float32'), graph.scalar(1));
  const size = div(graph.scalar(learningRate), oneMinusPower(beta1, steps));
  const root = div(sqrt(nextSquare), sqrt(oneMinusPower(beta2, steps)));
  const move = div(mul(nextMean, size), add(root, graph.scalar(epsilon)));
  return { parameter: sub(parameter, move), mean: nextMean, meanSquare: nextSquare };
}

/** 1 − βᵗ as 2h / (1 + h) with h = tanh(−t ln β / 2), which keeps the digits that 1 − 0.999 would lose in float32. */
function oneMinusPower(beta: number, t: Value): Value {
  const h = tanh(scale(t, -Math.log(beta) / 2));
  return div(scale(h, 2), add(h, t.graph.scalar(1)));
}
