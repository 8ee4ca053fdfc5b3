import { Random } from '@patchbay/tasks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecoderNorm } from '../sae/autoencoder.js';
import { reference } from '../testing/reference.js';
import type { Codes } from './codes.js';
import { type EdgeScore, edgeScores, foldIntoHeads } from './edge-scores.js';
import { nodeScores, scoresUnder } from './node-scores.js';
import { shuffledLabels, standingOf } from './null-distribution.js';
import { softmax } from './softmax.js';

/** Scope: scores of given codes: by hand, against the reference, and what must hold of any codes. */

const codesOf = (positive: readonly number[][], negative: readonly number[][]): Codes => ({
  heads: positive[0]?.length ?? 0,
  codes: [...positive, ...negative].flat(),
  positive: Uint8Array.from([...positive.map(() => 1), ...negative.map(() => 0)]),
});
const unique = (codes: Codes): number[] => nodeScores(codes).map((score) => score.unique);

/** U as a matrix, 0 on the diagonal. */
function matrixOf(pairs: readonly EdgeScore[], heads: number): number[][] {
  const matrix = Array.from({ length: heads }, () => new Array<number>(heads).fill(0));
  for (const { from, to, unique: score } of pairs) {
    for (const [i, j] of [
      [from, to],
      [to, from],
    ] as const) {
      (matrix[i] as number[])[j] = score;
    }
  }
  return matrix;
}

it('the hand case of three heads', () => {
  const codes = codesOf(
    [
      [1, 5, 2],
      [1, 6, 2],
    ],
    [
      [1, 5, 3],
      [1, 5, 3],
    ],
  );
  expect(unique(codes)).toEqual([0, 1, 1]);
  expect(matrixOf(edgeScores(codes), 3)).toEqual([
    [0, 1, 1],
    [1, 0, 2],
    [1, 2, 0],
  ]);
});

describe.each<DecoderNorm>(['row', 'feature'])('the float64 reference, decoder norm by %s', (decoderNorm) => {
  const { positives, permutations_positive_rows, shape } = reference;
  const variant = reference.variants[decoderNorm];
  const rowsOf = (rows: readonly number[]) =>
    Uint8Array.from({ length: shape.N }, (_, i) => (rows.includes(i) ? 1 : 0));
  const codes: Codes = { heads: shape.heads, codes: variant.codes.flat(), positive: rowsOf(positives) };

  it('has the same node scores', () => {
    const scores = nodeScores(codes);
    expect(scores.map((score) => score.unique)).toEqual(variant.node_score);
    expect(scores.map((score) => score.union)).toEqual(variant.node_union);
    scores.forEach((score, head) =>
      expect(score.unique / score.union).toBeCloseTo(variant.node_score_normalised[head] ?? NaN, 12),
    );
    softmax(unique(codes)).forEach((p, head) => expect(p).toBeCloseTo(variant.node_softmax[head] ?? NaN, 12));
  });

  it('has the same edge scores, and the same folding into heads', () => {
    const pairs = edgeScores(codes);
    expect(matrixOf(pairs, shape.heads)).toEqual(variant.edge_score);
    const scores = pairs.map((pair) => pair.unique);
    const folded = foldIntoHeads(pairs, scores, shape.heads);
    expect(folded).toEqual(variant.edge_head_counts);
    softmax(folded).forEach((p, head) => expect(p).toBeCloseTo(variant.edge_head_softmax[head] ?? NaN, 12));
  });

  it('has the same scores under the same shuffled labels, and the same z', () => {
    const shuffled = scoresUnder(codes, permutations_positive_rows.map(rowsOf));
    expect(shuffled).toEqual(variant.permutation_scores);
    unique(codes).forEach((score, head) => {
      const under = shuffled.map((scores) => scores[head] ?? NaN);
      expect(standingOf(score, under).z).toBeCloseTo(variant.z[head] ?? NaN, 10);
    });
  });
});

describe('any codes', () => {
  const table = (prompts: number, heads: number) =>
    fc.array(fc.array(fc.nat(5), { minLength: heads, maxLength: heads }), { minLength: prompts, maxLength: prompts });
  const drawn = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 4 }))
    .chain(([positives, negatives, heads]) => fc.tuple(table(positives, heads), table(negatives, heads)));

  it('a pair of heads tells at least as much as either head; of equal classes nothing', () => {
    fc.assert(
      fc.property(drawn, ([positive, negative]) => {
        const codes = codesOf(positive, negative);
        const scores = unique(codes);
        for (const pair of edgeScores(codes)) {
          expect(pair.unique).toBeGreaterThanOrEqual(Math.max(scores[pair.from] ?? 0, scores[pair.to] ?? 0));
          expect(pair.positivePairs).toBeGreaterThanOrEqual(pair.unique);
        }
        const equal = codesOf(positive, positive.toReversed());
        expect(unique(equal).every((score) => score === 0)).toBe(true);
        expect(edgeScores(equal).every((pair) => pair.unique === 0)).toBe(true);
      }),
    );
  });

  it('scores do not depend on the codes’ names', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom(1, 5, 7, 11), ([positive, negative], factor) => {
        const renamed = (rows: number[][]) => rows.map((row) => row.map((code) => (code * factor + 3) % 61));
        const codes = codesOf(positive, negative);
        const others = codesOf(renamed(positive), renamed(negative));
        expect(nodeScores(others)).toEqual(nodeScores(codes));
        expect(edgeScores(others)).toEqual(edgeScores(codes));
      }),
    );
  });

  it('exchanging the classes gives the codes that only negatives have', () => {
    fc.assert(
      fc.property(drawn, ([positive, negative]) => {
        const exchanged = unique(codesOf(negative, positive));
        exchanged.forEach((score, head) => {
          const seen = new Set(positive.map((row) => row[head]));
          expect(score).toBe(new Set(negative.map((row) => row[head]).filter((code) => !seen.has(code))).size);
        });
      }),
    );
  });

  it('counts of pairs are those of sets, whatever the number of codes', () => {
    const wide = fc.array(fc.tuple(fc.nat(60_000), fc.nat(60_000), fc.boolean()), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(wide, (rows) => {
        const codes: Codes = {
          heads: 2,
          codes: rows.flatMap(([a, b]) => [a % 7 === 0 ? 0 : a, b % 5 === 0 ? 1 : b]),
          positive: Uint8Array.from(rows, (row) => (row[2] ? 1 : 0)),
        };
        const keys = rows.map((_, i) => [codes.codes[2 * i], codes.codes[2 * i + 1]].join());
        const [mine, others] = [true, false].map((label) => new Set(keys.filter((_, i) => rows[i]?.[2] === label)));
        expect(edgeScores(codes)[0]).toMatchObject({
          unique: [...(mine ?? [])].filter((key) => !others?.has(key)).length,
          positivePairs: mine?.size,
          negativePairs: others?.size,
        });
      }),
    );
  });

  it('the closed form is the mean and the deviation over every choice of positives', () => {
    const rows = fc.tuple(fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 2, maxLength: 7 }), fc.nat(100));
    fc.assert(
      fc.property(rows, ([pairs, drawnCount]) => {
        const positives = 1 + (drawnCount % (pairs.length - 1));
        const labellings = Array.from({ length: 2 ** pairs.length }, (_, bits) =>
          Uint8Array.from(pairs, (_, i) => (bits >> i) & 1),
        ).filter((labels) => labels.reduce((a, b) => a + b, 0) === positives);
        const under = (positive: Uint8Array) => edgeScores({ heads: 2, codes: pairs.flat(), positive })[0] as EdgeScore;
        const every = standingOf(
          under(labellings[0] as Uint8Array).unique,
          labellings.map((labels) => under(labels).unique),
        );
        const closed = under(labellings[0] as Uint8Array);
        expect(closed.mean).toBeCloseTo(every.mean, 9);
        expect(closed.deviation).toBeCloseTo(every.deviation, 6);
        expect(closed.z).toBeCloseTo(every.z, 4);
      }),
    );
  });

  it('whose labels are shuffled stand around 0', () => {
    // 60 heads × 200 prompts of codes that know nothing of the labels
    const [heads, prompts] = [60, 200];
    const random = new Random(2);
    const codes = Array.from({ length: heads * prompts }, () => random.below(40));
    const half = Uint8Array.from({ length: prompts }, (_, i) => (i < prompts / 2 ? 1 : 0));
    const positive = shuffledLabels(half, 1, 8)[0] as Uint8Array;
    const shuffled = scoresUnder({ heads, codes, positive }, shuffledLabels(positive, 200, 9));
    const z = unique({ heads, codes, positive }).map(
      (score, head) =>
        standingOf(
          score,
          shuffled.map((s) => s[head] ?? NaN),
        ).z,
    );
    const mean = z.reduce((a, b) => a + b, 0) / heads;
    expect(Math.abs(mean)).toBeLessThan(0.5);
    expect(z.filter((value) => Math.abs(value) > 3).length).toBeLessThan(4);
  });
});

it('softmax within layers sums to 1 in each', () => {
  const within = softmax([1, 2, 3, 900, 901, 902], 3);
  expect(within.slice(0, 3).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(within.slice(3)).toEqual(within.slice(0, 3));
});
