import { Random } from '@patchbay/tasks';
import { quantile } from '../curves/bootstrap.js';

export interface Independence {
  hsic: number;
  /** share of permutations with as large a statistic */
  p: number;
}

/**
 * Is what is left without the circuit independent of the model? H0: s(M∖C) ⫫ s(M), by the Hilbert–Schmidt independence
 * criterion with Gaussian kernels of one width, the median distance between the two sides, and a permutation test
 * (Gretton et al. 2007; Shi et al. 2024, §3.2). A small p says that something of the task is outside the circuit.
 */
export function testIndependence(
  complement: ArrayLike<number>,
  model: ArrayLike<number>,
  { permutations = 1000, seed }: { permutations?: number; seed: number },
): Independence {
  const n = model.length;
  const width = medianDistance(complement, model);
  const k = centred(kernel(model, width), n);
  const l = centred(kernel(complement, width), n);
  const random = new Random(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const hsic = alignment(k, l, order);
  let asLarge = 0;
  for (let i = 0; i < permutations; i++) {
    shuffle(order, random);
    if (alignment(k, l, order) >= hsic) asLarge++;
  }
  return { hsic, p: asLarge / permutations };
}

/** The lower of the two middle distances, as PyTorch's median is. A width of 0 would divide by it. */
function medianDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) distances.push(Math.abs((a[i] ?? NaN) - (b[j] ?? NaN)));
  }
  const sorted = Float64Array.from(distances).sort();
  return quantile(sorted, Math.floor((sorted.length - 1) / 2) / Math.max(1, sorted.length - 1)) || 1;
}

/** exp(−(x_i − x_j)² / 2σ²) [n, n] */
function kernel(x: ArrayLike<number>, width: number): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: n * n }, (_, at) => {
    const difference = (x[Math.floor(at / n)] ?? NaN) - (x[at % n] ?? NaN);
    return Math.exp(-(difference ** 2) / (2 * width ** 2));
  });
}

/** H K H with H = I − 1/n: rows and columns sum to 0. */
function centred(k: Float64Array, n: number): Float64Array {
  const rows = Float64Array.from(
    { length: n },
    (_, i) => k.subarray(i * n, (i + 1) * n).reduce((a, b) => a + b, 0) / n,
  );
  const all = rows.reduce((a, b) => a + b, 0) / n;
  // The kernel is symmetric: a column's mean is its row's.
  return k.map((v, at) => v - (rows[Math.floor(at / n)] ?? NaN) - (rows[at % n] ?? NaN) + all);
}

/** tr(HKH · HLH) / (n − 1)², the second side in some order. */
function alignment(k: Float64Array, l: Float64Array, order: Uint32Array): number {
  const n = order.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = (order[i] ?? 0) * n;
    for (let j = 0; j < n; j++) sum += (k[i * n + j] ?? NaN) * (l[row + (order[j] ?? 0)] ?? NaN);
  }
  return sum / (n - 1) ** 2;
}

/** Fisher and Yates. */
function shuffle(order: Uint32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
}
