import {
  type AdamState,
  Graph,
  type Value,
  adam,
  add,
  cast,
  div,
  gather,
  gemm,
  gradients,
  greater,
  identity,
  largest,
  matrixProduct,
  max,
  mul,
  not,
  relu,
  reshape,
  scale,
  sqrt,
  sub,
  sum,
  sumSquares,
  whereTrue,
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

/**
 * The vectors for which some feature is active, and what is computed of them. For all others every code is 0 and x̂ is the
 * shift: they have no part in the gradients of weights, and in the others only through their number, sum and squares.
 */
interface Forward {
  /** features before ReLU, and after it [active, features] */
  inner: Value;
  codes: Value;
  /** x, and x̂ − x [active, width] */
  active: Value;
  errors: Value;
  /** bias − shift Wₑᵀ [features]: the shift's part, computed once and not for every vector */
  shifted: Value;
  /** the shift as the decoder adds it, apart from the encoder's, so that gradients can stop at either */
  added: Value;
  /** ½ Σ (x̂ − x)² over the other vectors */
  rest: Value;
  /** mean (x̂ − x)² + λ · mean over vectors of ‖a‖₁ */
  loss: Value;
}

function forward(x: Value, parts: Parts, { rows, width, features, lambda }: TrainingShape): Forward {
  const { graph } = x;
  const { encoder, decoder, shift, bias } = parts;
  const shifted = sub(bias, reshape(gemm(reshape(shift, 1, width), encoder, undefined, true), features));
  const whole = gemm(x, encoder, shifted, true);
  // One vector is always among the active ones: a product of no rows is not defined everywhere.
  const first = graph.constant(
    Float32Array.from({ length: rows }, (_, i) => (i === 0 ? 1 : 0)),
    [rows],
  );
  const highest = max(reshape(largest(whole, 1), rows), first);
  const places = whereTrue(greater(highest, graph.scalar(0)));
  const [active, inner] = [gather(x, places, 0), gather(whole, places, 0)];
  const codes = relu(inner);
  const added = identity(shift);
  const errors = sub(gemm(codes, decoder, added, false), active);

  const idle = cast(not(greater(highest, graph.scalar(0))), 'float32'); // [rows]
  const count = sum(idle, 0);
  const total = reshape(gemm(reshape(idle, 1, rows), x, undefined, false), width);
  const squares = sum(mul(idle, reshape(sum(mul(x, x), 1), rows)), 0);
  const rest = scale(add(sum(sub(mul(mul(added, added), count), scale(mul(added, total), 2)), 0), squares), 0.5);

  const off = add(sumSquares(errors), reshape(scale(rest, 2)));
  const loss = add(scale(off, 1 / (rows * width)), reshape(scale(sum(codes, 0, 1), lambda / rows)));
  return { inner, codes, active, errors, shifted, added, rest, loss };
}

/**
 * Gradients of rows · width / 2 times the loss are seeded, whose gradient by the errors is the errors themselves (no
 * pass over memory to scale them), and scaled back where they are small. Through the encoder's product they are written
 * down here: autodiff would take them back to all vectors, active or not.
 */
function lossAndGradients(x: Value, parts: Parts, shape: TrainingShape): { loss: Value; slopes: Parts } {
  const { rows, width, lambda, features } = shape;
  const { inner, codes, active, errors, shifted, added, rest, loss } = forward(x, parts, shape);
  const { encoder, decoder, shift, bias } = parts;
  const one = x.graph.scalar(1);
  const [ofInner, ofDecoder, ofShift] = gradients(
    [
      { value: errors, gradient: errors },
      // codes are never negative: the L1 norm is their sum
      { value: codes, gradient: x.graph.scalar((lambda * width) / 2) },
      { value: rest, gradient: one },
    ],
    [inner, decoder, added],
  ) as [Value, Value, Value];
  const ofShifted = { value: shifted, gradient: reshape(sum(ofInner, 0), features) };
  const [byEncoder, byShift, ofBias] = gradients([ofShifted], [encoder, shift, bias]) as [Value, Value, Value];
  const slopes: Parts = {
    encoder: add(byEncoder, matrixProduct(ofInner, true, active, false)),
    decoder: ofDecoder,
    shift: add(ofShift, byShift),
    bias: ofBias,
  };
  const scaled = PARTS.map((part) => [part, scale(slopes[part], 2 / (rows * width))] as const);
  return { loss, slopes: Object.fromEntries(scaled) as Parts };
}
