import { BATCH_TOKENS } from '../patching/cut-work.js';

/** Things in batches of one length each, the shortest first, that go through the model at once. */
export function batchesOf(indices: readonly number[], lengthOf: (index: number) => number): number[][] {
  const order = indices.toSorted((i, j) => lengthOf(i) - lengthOf(j) || i - j);
  const batches: number[][] = [];
  for (const i of order) {
    const batch = batches.at(-1);
    const most = Math.max(1, Math.floor(BATCH_TOKENS / lengthOf(i)));
    if (batch && batch.length < most && lengthOf(batch[0] ?? 0) === lengthOf(i)) batch.push(i);
    else batches.push([i]);
  }
  return batches;
}
