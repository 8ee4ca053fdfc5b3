/** Faithfulness f of circuits of growing size. */
export interface Curve {
  /** share of the graph's edges, ascending */
  shares: readonly number[];
  /** f of each: 1 = the whole model, 0 = everything ablated */
  values: readonly number[];
}

/**
 * Circuit performance ratio: ∫ f dk by the trapezoid rule, edges ranked by signed score; higher is better (MIB, Mueller
 * et al. 2025). On MIB's grid a perfect circuit of every size has .999, since k begins at .001; 92.5 % of the weight is
 * at k ≥ .1.
 */
export const cpr = ({ shares, values }: Curve): number => trapezoid(shares, values);

/** Circuit–model distance: ∫ |1 − f| dk, edges ranked by absolute score; 0 is best (MIB). */
export const cmd = ({ shares, values }: Curve): number =>
  trapezoid(
    shares,
    values.map((f) => Math.abs(1 - f)),
  );

/** Mean of f over log k: what a small circuit does weighs as much as what a large one does. 1 where f ≡ 1. */
export function logArea({ shares, values }: Curve): number {
  const logs = shares.map(Math.log);
  return trapezoid(logs, values) / ((logs.at(-1) ?? NaN) - (logs[0] ?? NaN));
}

/** ∫ y dx over straight lines between the points. */
export function trapezoid(x: readonly number[], y: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) {
    area += (((x[i] ?? NaN) - (x[i - 1] ?? NaN)) * ((y[i] ?? NaN) + (y[i - 1] ?? NaN))) / 2;
  }
  return area;
}

/**
 * f = (m(C) − m(∅)) / (m(M) − m(∅)), a ratio of means: 1 where the circuit does what the model does, 0 where it does no
 * more than with every edge removed (Wang et al. 2022; MIB).
 */
export const faithfulness = (circuit: number, model: number, nothing: number): number =>
  (circuit - nothing) / (model - nothing);
