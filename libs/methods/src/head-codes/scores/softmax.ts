/** Probabilities over groups of `size` scores that follow one another. */
export function softmax(scores: readonly number[], size = scores.length): number[] {
  return scores.map((score, i) => {
    const first = i - (i % size);
    const group = scores.slice(first, first + size);
    const top = Math.max(...group);
    return Math.exp(score - top) / group.reduce((sum, s) => sum + Math.exp(s - top), 0);
  });
}
