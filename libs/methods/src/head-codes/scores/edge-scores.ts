import { type Codes, groupsOf } from './codes.js';
import { ExactNull } from './exact-null.js';
import type { Standing } from './null-distribution.js';

/** A pair of heads, the earlier one first, and what their pairs of codes say about the two classes. */
export interface EdgeScore extends Standing {
  from: number;
  to: number;
  /** pairs of codes that occur together on positive prompts only */
  unique: number;
  /** distinct pairs of codes on positive prompts, and on negative ones */
  positivePairs: number;
  negativePairs: number;
}

/**
 * By unordered pair of heads, U = |{pairs of codes on positive prompts} \ {those on negative prompts}|, against what all
 * shuffles of the labels give. Memory is in the number of prompts, whatever the number of codes.
 */
export function edgeScores(codes: Codes): EdgeScore[] {
  const { heads, positive } = codes;
  const groups = Array.from({ length: heads }, (_, head) => groupsOf(codes, head).groups);
  const count = new PairCounter(positive);
  const pairs: EdgeScore[] = [];
  for (let from = 0; from < heads; from++) {
    for (let to = from + 1; to < heads; to++) {
      pairs.push({ from, to, ...count.of(groups[from] ?? new Int32Array(0), groups[to] ?? new Int32Array(0)) });
    }
  }
  return pairs;
}

/** Counts distinct pairs of groups with a hash table of its own, used again for each pair of heads. */
class PairCounter {
  readonly #positive: Uint8Array;
  readonly #chance: ExactNull;
  readonly #mask: number;
  /** open addressing: the pair at a place, and when it was put there */
  readonly #keys: Float64Array;
  readonly #stamps: Int32Array;
  /** the numbers of positive and of all prompts with that pair */
  readonly #positives: Int32Array;
  readonly #sizes: Int32Array;
  readonly #used: Int32Array;
  #stamp = 0;

  constructor(positive: Uint8Array) {
    const places = 2 ** Math.ceil(Math.log2(2 * positive.length + 2));
    this.#positive = positive;
    this.#chance = new ExactNull(positive);
    this.#mask = places - 1;
    this.#keys = new Float64Array(places);
    this.#stamps = new Int32Array(places);
    this.#positives = new Int32Array(places);
    this.#sizes = new Int32Array(places);
    this.#used = new Int32Array(positive.length);
  }

  of(first: Int32Array, second: Int32Array): Omit<EdgeScore, 'from' | 'to'> {
    const distinct = this.#fill(first, second);
    const sizes = new Int32Array(this.#positive.length + 1);
    const [all, mine, others] = [{ n: 0 }, { n: 0 }, { n: 0 }];
    for (let i = 0; i < distinct; i++) {
      const place = this.#used[i] ?? 0;
      const [size, positives] = [this.#sizes[place] ?? 0, this.#positives[place] ?? 0];
      sizes[size] = (sizes[size] ?? 0) + 1;
      if (positives === size) all.n++;
      if (positives > 0) mine.n++;
      if (positives < size) others.n++;
    }
    const counts = { unique: all.n, positivePairs: mine.n, negativePairs: others.n };
    return { ...counts, ...this.#chance.standing(all.n, sizes) };
  }

  #fill(first: Int32Array, second: Int32Array): number {
    this.#stamp++;
    let distinct = 0;
    for (let prompt = 0; prompt < first.length; prompt++) {
      const [a, b] = [first[prompt] ?? 0, second[prompt] ?? 0];
      const key = a * first.length + b;
      let place = ((Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 7) & this.#mask;
      while (this.#stamps[place] === this.#stamp && this.#keys[place] !== key) place = (place + 1) & this.#mask;
      if (this.#stamps[place] !== this.#stamp) {
        this.#stamps[place] = this.#stamp;
        this.#keys[place] = key;
        this.#positives[place] = 0;
        this.#sizes[place] = 0;
        this.#used[distinct++] = place;
      }
      this.#sizes[place] = (this.#sizes[place] ?? 0) + 1;
      this.#positives[place] = (this.#positives[place] ?? 0) + (this.#positive[prompt] ?? 0);
    }
    return distinct;
  }
}

/**
 * The published reading of edge scores: pairs in both orders by score, ties by heads, flattened to a list of heads; how
 * often each head is among the first ⌊heads² / 2⌋ entries.
 */
export function foldIntoHeads(
  pairs: readonly Pick<EdgeScore, 'from' | 'to'>[],
  scores: readonly number[],
  heads: number,
): number[] {
  const ordered = pairs.flatMap(({ from, to }, i) => [
    { i: from, j: to, score: scores[i] ?? 0 },
    { i: to, j: from, score: scores[i] ?? 0 },
  ]);
  ordered.sort((a, b) => b.score - a.score || a.i - b.i || a.j - b.j);
  const counts = new Array<number>(heads).fill(0);
  const list = ordered.flatMap(({ i, j }) => [i, j]).slice(0, Math.floor(heads ** 2 / 2));
  for (const head of list) counts[head] = (counts[head] ?? 0) + 1;
  return counts;
}
