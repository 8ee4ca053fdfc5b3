import { type Value, div, matmul, mean, mul, reshape, splitAxisLike, sub, sum, transpose } from '@patchbay/onnx';
import type { Norm } from '../architecture.js';
import type { HeadProjection } from './edge-graphs.js';
import type { WeightReader } from './weights.js';

/**
 * The norm before a layer's heads, which all read the same residual stream x: y = x̂ γ + β with x̂ = (x − mean x) / σ, or
 * x / σ where it is RMSNorm. Its gradient is wanted for every head and letter apart, so what they share is computed
 * once, and the rest where it is narrow [heads, rows, d_head] instead of [heads, rows, d_model].
 */
export class ReadNorm {
  /** what the projections read [rows, d_model] */
  readonly rows: Value;
  readonly #shared:
    { standard: Value; inverse: Value; scale: Value; offset: Value | undefined; centres: boolean } | undefined;

  /** @param resid [batch, seq, d_model] */
  constructor(
    weights: WeightReader,
    norm: Norm | undefined,
    readonly resid: Value,
  ) {
    const { dModel, norm: how } = weights.architecture;
    this.rows = reshape(weights.norm(resid, norm), -1, dModel);
    if (!norm) return;
    const x = reshape(resid, -1, dModel);
    const centres = how.kind !== 'rms';
    const centred = centres ? sub(x, mean(x, -1)) : x;
    const inverse = weights.inverseSize(centred);
    const offset = norm.bias === undefined ? undefined : weights.tensor(norm.bias);
    this.#shared = { standard: mul(centred, inverse), inverse, scale: weights.normWeight(norm), offset, centres };
  }

  /**
   * For ĝ = γ W g, the gradient by x̂: (ĝ − mean ĝ − x̂ · mean(ĝ x̂)) / σ. The mean goes into W, and mean(ĝ x̂) = g · (x̂ γ W) / d_model
   * where x̂ γ W is the projection without its constants.
   *
   * @param gradient by the projection [heads, rows, d_head]
   * @returns the gradient by x for each head [heads, batch, seq, d_model]
   */
  gradient(gradient: Value, projected: Value, { weight, shift }: HeadProjection): Value {
    const back = (g: Value, w: Value): Value => matmul(g, transpose(w, 0, 2, 1));
    const split = (rows: Value): Value => splitAxisLike(rows, 1, this.resid, 2);
    if (!this.#shared) return split(back(gradient, weight));
    const { standard, inverse, scale, offset, centres } = this.#shared;
    const dModel = Number(this.resid.dims[2]);
    const scaled = mul(weight, reshape(scale, dModel, 1)); // γ W
    const narrow = mul(gradient, inverse);
    const unshifted = shift ? sub(projected, shift) : projected;
    const along = offset ? sub(unshifted, matmul(reshape(offset, 1, dModel), weight)) : unshifted;
    const share = div(sum(mul(narrow, along), -1), this.resid.graph.scalar(dModel)); // [heads, rows, 1]
    const centred = centres ? sub(scaled, mean(scaled, 1)) : scaled;
    return split(sub(back(narrow, centred), mul(standard, share)));
  }
}
