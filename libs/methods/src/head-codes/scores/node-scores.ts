import { type Codes, groupsOf } from './codes.js';

/** What one head's codes say about the two classes. */
export interface NodeScore {
  /** codes that occur on positive prompts only: |P \ N| */
  unique: number;
  /** codes that occur at all: |P ∪ N| */
  union: number;
}

/** By head, the codes seen only on positive prompts (O'Neill & Bui 2024, §3; METHODS §3). */
export const nodeScores = (codes: Codes): NodeScore[] =>
  Array.from({ length: codes.heads }, (_, head) => {
    const { groups, count } = groupsOf(codes, head);
    return { unique: countUnique(groups, count, codes.positive), union: count };
  });

/** By set of labels and head, the score that each head would have under those labels [sets][heads]. */
export function scoresUnder(codes: Codes, labels: readonly Uint8Array[]): number[][] {
  const scores: number[][] = labels.map(() => []);
  for (let head = 0; head < codes.heads; head++) {
    const { groups, count } = groupsOf(codes, head);
    labels.forEach((positive, i) => scores[i]?.push(countUnique(groups, count, positive)));
  }
  return scores;
}

/** Groups of prompts whose members are all positive. */
function countUnique(groups: Int32Array, count: number, positive: Uint8Array): number {
  const negative = new Uint8Array(count);
  for (let prompt = 0; prompt < groups.length; prompt++) {
    if (positive[prompt] === 0) negative[groups[prompt] ?? 0] = 1;
  }
  return negative.reduce((unique, seen) => unique + (seen === 0 ? 1 : 0), 0);
}
