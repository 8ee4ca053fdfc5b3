import {
  type AdamState,
  Graph,
  type Value,
  adam,
  add,
  div,
  gemm,
  gradients,
  mul,
  relu,
  reshape,
  scale,
  sqrt,
  sub,
  sum,
  sumSquares,
} from '@patchbay/onnx';
import { type DecoderNorm, PARTS, type Part, sizesOf } from './autoencoder.js';

export interface TrainingShape {
  /** vectors that are trained on, all of them in every step */
  rows: number;
  width: number;
  features: number;
  /** λ, the weight of the codes' L1 norm */
  lambda: number;
  learningRate: number;
  decoderNorm: DecoderNorm;
}

/** Names of what training carries from step to step: each part, and Adam's two running means of its gradient. */
export const STATE = PARTS.flatMap((part) => [part, `${part}.mean`, `${part}.meanSquare`] as const);

type Parts = Record<Part, Value>;

/**
 * Training of a sparse autoencoder as one graph: `steps` steps of full-batch Adam over `vectors` [rows, width] as a loop,
 * from the state that goes in (by the names of `STATE`, norms 1) to the state that comes out (`<name> after`). Each step,
 * after METHODS §3: loss and gradients; what would change a norm is taken out of the gradients; Adam; norms back to 1.
 * `losses` [steps] is the loss before each step, `loss after` the one after the last.
 */
export function trainingGraph(shape: TrainingShape): Graph {
  const g = new Graph('autoencoder training');
  const sizes = sizesOf(shape);
  const vectors = g.input('vectors', 'float32', [shape.rows, shape.width]);
  const before = g.input('stepsBefore', 'int64', []);
  const initial = STATE.map((name) => g.input(name, 'float32', sizes[partOf(name)]));
  const { carried, recorded } = g.loop(g.input('steps', 'int64', []), initial, (step, values) => {
    const states = statesOf(values);
    const { loss, slopes } = lossAndGradients(vectors, parametersOf(states), shape);
    const next = PARTS.map((part) => {
      const along = normAxis(part, shape.decoderNorm);
      const { parameter } = states[part];
      const slope = along === undefined ? slopes[part] : across(slopes[part], parameter, along);
      const moved = adam(states[part], slope, add(step, before), shape);
      return along === undefined ? moved : { ...moved, parameter: normalised(moved.parameter, along) };
    });
    return { carried: next.flatMap((s) => [s.parameter, s.mean, s.meanSquare]), recorded: [loss] };
  });
  STATE.forEach((name, i) => g.output(`${name} after`, carried[i] as Value));
  g.output('losses', recorded[0] as Value);
  g.output('loss after', forward(vectors, parametersOf(statesOf(carried)), shape).loss);
  return g;
}

const partOf = (name: (typeof STATE)[number]): Part => name.split('.')[0] as Part;

const statesOf = (values: readonly Value[]): Record<Part, AdamState> =>
  Object.fromEntries(
    PARTS.map((part, i) => {
      const [parameter, mean, meanSquare] = values.slice(3 * i) as [Value, Value, Value];
      return [part, { parameter, mean, meanSquare }];
    }),
  ) as Record<Part, AdamState>;

const parametersOf = (states: Record<Part, AdamState>): Parts =>
  Object.fromEntries(PARTS.map((part) => [part, states[part].parameter])) as Parts;

/** The axis along which a part has unit norm. */
function normAxis(part: Part, decoderNorm: DecoderNorm): 0 | 1 | undefined {
  if (part === 'encoder') return 1;
  if (part === 'decoder') return decoderNorm === 'feature' ? 1 : 0;
  return undefined;
}

const normalised = (w: Value, axis: number): Value => div(w, sqrt(sum(mul(w, w), axis)));

/** The part of a gradient at right angles to w, line by line: g − (g · w) w. */
const across = (g: Value, w: Value, axis: number): Value => sub(g, mul(sum(mul(g, w), axis), w));

/** Codes and errors of all vectors, and mean (x̂ − x)² + λ · mean over vectors of ‖a‖₁. */
function forward(x: Value, { encoder, decoder, shift, bias }: Parts, { rows, width, features, lambda }: TrainingShape) {
  // (x − shift) Wₑᵀ + bias with the shift's part computed once, not for every vector
  const shifted = sub(bias, reshape(gemm(reshape(shift, 1, width), encoder, undefined, true), features));
  const codes = relu(gemm(x, encoder, shifted, true));
  const errors = sub(gemm(codes, decoder, shift, false), x);
  const size = sum(reshape(codes, -1), 0);
  const loss = add(scale(sumSquares(errors), 1 / (rows * width)), reshape(scale(size, lambda / rows)));
  return { codes, errors, loss };
}

/**
 * Gradients of rows · width / 2 times the loss are seeded, whose gradient by the errors is the errors themselves (no
 * pass over memory to scale them), and scaled back where they are small.
 */
function lossAndGradients(x: Value, parts: Parts, shape: TrainingShape): { loss: Value; slopes: Parts } {
  const { rows, width, lambda } = shape;
  const { codes, errors, loss } = forward(x, parts, shape);
  const seeds = [
    { value: errors, gradient: errors },
    // codes are never negative: the L1 norm is their sum
    { value: codes, gradient: x.graph.scalar((lambda * width) / 2) },
  ] as const;
  const slopes = gradients(
    seeds,
    PARTS.map((part) => parts[part]),
  );
  const scaled = PARTS.map((part, i) => [part, scale(slopes[i] as Value, 2 / (rows * width))] as const);
  return { loss, slopes: Object.fromEntries(scaled) as Parts };
}
