/**
 * Things in batches of one length each, the shortest first, that go through the model at once.
 *
 * @param mostOf things of this length that a batch may hold
 */
export function batchesOf(
  indices: readonly number[],
  lengthOf: (index: number) => number,
  mostOf: (length: number) => number,
): number[][] {
  const order = indices.toSorted((i, j) => lengthOf(i) - lengthOf(j) || i - j);
  const batches: number[][] = [];
  for (const i of order) {
    const batch = batches.at(-1);
    if (batch && batch.length < mostOf(lengthOf(i)) && lengthOf(batch[0] ?? 0) === lengthOf(i)) batch.push(i);
    else batches.push([i]);
  }
  return batches;
}
