/**
 * Things in batches of one length each, the shortest first and otherwise in the order that they are given in. No batch
 * mixes lengths, so there is no padding anywhere.
 *
 * @param mostOf things of this length that a batch may hold
 */
export function batchesOf(
  indices: readonly number[],
  lengthOf: (index: number) => number,
  mostOf: (length: number) => number,
): number[][] {
  const batches: number[][] = [];
  for (const i of indices.toSorted((a, b) => lengthOf(a) - lengthOf(b))) {
    const batch = batches.at(-1);
    if (batch && batch.length < mostOf(lengthOf(i)) && lengthOf(batch[0] ?? 0) === lengthOf(i)) batch.push(i);
    else batches.push([i]);
  }
  return batches;
}
