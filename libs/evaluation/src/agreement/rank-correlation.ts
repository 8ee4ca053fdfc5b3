/** Ranks from 1 on; equal values share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN));
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let i = from; i < to; i++) result[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

/** Pearson's r; NaN where one side does not vary. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [products, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? NaN) - meanA, (b[i] ?? NaN) - meanB];
    products += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return products / Math.sqrt(squaresA * squaresB);
}

/** Spearman's ρ, ties by mean ranks. */
export const spearman = (a: ArrayLike<number>, b: ArrayLike<number>): number => pearson(ranks(a), ranks(b));

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum / values.length;
}

/**
 * Kendall's τ_b, in n log n (Knight 1966): pairs that both sides order alike less those they order otherwise, over the
 * pairs that neither ties. NaN where one side does not vary.
 */
export function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((i, j) => (a[i] ?? 0) - (a[j] ?? 0) || (b[i] ?? 0) - (b[j] ?? 0));
  const [first, second] = [Float64Array.from(order, (i) => a[i] ?? NaN), Float64Array.from(order, (i) => b[i] ?? NaN)];
  const pairs = (n * (n - 1)) / 2;
  const tiedBoth = tiedPairs(n, (i, j) => first[i] === first[j] && second[i] === second[j]);
  const tiedFirst = tiedPairs(n, (i, j) => first[i] === first[j]);
  const discordant = countInversions(second);
  // Counting inversions has sorted the second side.
  const tiedSecond = tiedPairs(n, (i, j) => second[i] === second[j]);
  const difference = pairs - tiedFirst - tiedSecond + tiedBoth - 2 * discordant;
  return difference / Math.sqrt((pairs - tiedFirst) * (pairs - tiedSecond));
}

/** Pairs within runs of equal neighbours. */
function tiedPairs(n: number, equal: (i: number, j: number) => boolean): number {
  let pairs = 0;
  for (let from = 0, i = 1; i <= n; i++) {
    if (i < n && equal(from, i)) continue;
    pairs += ((i - from) * (i - from - 1)) / 2;
    from = i;
  }
  return pairs;
}

/** Pairs that stand the wrong way round, by merge sort; the values are sorted in place. */
function countInversions(values: Float64Array): number {
  if (values.length < 2) return 0;
  const middle = values.length >> 1;
  const [left, right] = [values.slice(0, middle), values.slice(middle)];
  let count = countInversions(left) + countInversions(right);
  for (let at = 0, i = 0, j = 0; at < values.length; at++) {
    const takesLeft = j >= right.length || (i < left.length && (left[i] ?? 0) <= (right[j] ?? 0));
    if (!takesLeft) count += left.length - i;
    values[at] = (takesLeft ? left[i++] : right[j++]) ?? NaN;
  }
  return count;
}
