/** Numbers from 0 to 1 by Numerical Recipes' linear congruential generator: enough for what only has to differ. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}
