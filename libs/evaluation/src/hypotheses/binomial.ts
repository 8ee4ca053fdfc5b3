/** P(Bin(n, p) = k), in logarithms so that no factor overflows. */
export function binomial(k: number, n: number, p: number): number {
  if (p === 0 || p === 1) return k === p * n ? 1 : 0;
  let log = k * Math.log(p) + (n - k) * Math.log(1 - p);
  for (let i = 1; i <= Math.min(k, n - k); i++) log += Math.log((n - i + 1) / i);
  return Math.exp(log);
}

/** P(Bin(n, p) ≤ k). */
export const atMost = (k: number, n: number, p: number): number => sum(0, k, n, p);

/** P(Bin(n, p) ≥ k). */
export const atLeast = (k: number, n: number, p: number): number => sum(k, n, n, p);

function sum(from: number, to: number, n: number, p: number): number {
  let total = 0;
  for (let k = from; k <= to; k++) total += binomial(k, n, p);
  return Math.min(1, total);
}
