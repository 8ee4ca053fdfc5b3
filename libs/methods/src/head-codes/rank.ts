import { headName } from '@patchbay/circuit';
import type { MethodContext } from '../method.js';
import type { Params } from './params.js';
import { type EdgeScore, edgeScores, foldIntoHeads } from './scores/edge-scores.js';
import { nodeScores, scoresUnder } from './scores/node-scores.js';
import { type Standing, shuffledLabels, standingOf } from './scores/null-distribution.js';
import { softmax } from './scores/softmax.js';
import { strengthScores } from './scores/strength.js';
import { type Coded, codesOf } from './state.js';

/** Below so many deviations above what shuffled labels give, a score says no more than that the head's codes vary. */
export const VARIETY_Z = 2;

export type Reading =
  | 'above shuffled labels'
  | 'lexical variety alone'
  | 'no exclusive code'
  // of differences, in which the words that both prompts have cancel
  | 'changes one way'
  | 'changes any way'
  | 'no change';

/** One head, in the mean over seeds. */
export interface HeadRow extends Standing {
  head: number;
  score: number;
  probability: number;
  /** share of shuffles that score at least as high */
  asHigh: number;
  /** codes that it has at all */
  union: number;
  /** share of prompts on which no feature is active */
  silent: number;
  /** standard deviation of the score over seeds; null for a single one */
  overSeeds: number | null;
  edgeCount: number;
  edgeProbability: number;
  reading: Reading;
}

export function rankHeads(
  seeds: readonly SeedRow[][],
  coded: Coded,
  folded: readonly number[],
  context: MethodContext<Params>,
): HeadRow[] {
  const { params, architecture } = context;
  const heads = architecture.layers * architecture.heads;
  const means = Array.from({ length: heads }, (_, head) => meanRow(seeds.map((rows) => rows[head] as SeedRow)));
  const size = params.softmax === 'layer' ? architecture.heads : heads;
  const probabilities = softmax(
    means.map(({ score }) => score),
    size,
  );
  const edgeProbabilities = softmax(folded, size);
  return means.map((row, head) => ({
    ...row,
    head,
    silent: silence(coded, head, heads),
    probability: probabilities[head] ?? NaN,
    edgeCount: folded[head] ?? NaN,
    edgeProbability: edgeProbabilities[head] ?? NaN,
    reading: params.differences !== 'none' ? changeOf(row) : readingOf(row),
  }));
}

/** One head under one seed. */
export type SeedRow = Standing & Pick<HeadRow, 'score' | 'asHigh' | 'union'>;

/** By seed, every head. */
export const scoreSeeds = (coded: Coded, context: MethodContext<Params>): SeedRow[][] =>
  coded.codes.map((_, seed) => oneSeed(coded, seed, context));

function oneSeed(coded: Coded, seed: number, context: MethodContext<Params>): SeedRow[] {
  const { params } = context;
  if (params.differences !== 'none') return changesOf(coded, seed, context);
  const codes = codesOf(coded, seed, context);
  // The same shuffles for every seed and head: what differs is the codes alone.
  const shuffled = scoresUnder(codes, shuffledLabels(codes.positive, params.permutations, context.seed));
  return nodeScores(codes).map(({ unique, union }, head) => {
    const under = shuffled.map((scores) => scores[head] ?? NaN);
    const asHigh = under.filter((score) => score >= unique).length / under.length;
    return { ...standingOf(unique, under), score: params.normalise ? unique / union : unique, asHigh, union };
  });
}

/** Heads by how strong the codes of what they change are. */
function changesOf(coded: Coded, seed: number, context: MethodContext<Params>): SeedRow[] {
  const codes = codesOf(coded, seed, context);
  const strengths = { heads: codes.heads, values: coded.strengths[seed] ?? new Float32Array(0) };
  const unions = nodeScores(codes);
  return strengthScores(strengths, context.params.permutations, context.seed).map(({ strength, ...row }, head) => ({
    ...row,
    score: strength,
    union: unions[head]?.union ?? 0,
  }));
}

function meanRow(rows: readonly SeedRow[]): SeedRow & Pick<HeadRow, 'overSeeds'> {
  const mean = (value: (row: SeedRow) => number): number =>
    rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const score = mean((row) => row.score);
  const variance = rows.reduce((sum, row) => sum + (row.score - score) ** 2, 0) / (rows.length - 1);
  return {
    score,
    z: mean((row) => row.z),
    mean: mean((row) => row.mean),
    deviation: mean((row) => row.deviation),
    asHigh: mean((row) => row.asHigh),
    union: mean((row) => row.union),
    overSeeds: rows.length > 1 ? Math.sqrt(variance) : null,
  };
}

function readingOf({ score, z }: Pick<HeadRow, 'score' | 'z'>): Reading {
  if (score === 0) return 'no exclusive code';
  return z < VARIETY_Z ? 'lexical variety alone' : 'above shuffled labels';
}

function changeOf({ score, z }: Pick<HeadRow, 'score' | 'z'>): Reading {
  if (score === 0) return 'no change';
  return z < VARIETY_Z ? 'changes any way' : 'changes one way';
}

function silence({ silent }: Coded, head: number, heads: number): number {
  let [sum, count] = [0, 0];
  for (const flags of silent) {
    for (let at = head; at < flags.length; at += heads) {
      sum += flags[at] ?? 0;
      count++;
    }
  }
  return sum / count;
}

/** A pair of heads of different layers, in the mean over seeds. */
export interface ScoredEdge extends Standing {
  name: string;
  score: number;
}

export interface ScoredEdges {
  between: ScoredEdge[];
  /** by head, how often it is among the highest pairs */
  folded: number[];
  /** the same by seed [seeds][heads] */
  folds: number[][];
}

export function rankEdges(coded: Coded, context: MethodContext<Params>): ScoredEdges {
  const { params, architecture } = context;
  const heads = architecture.layers * architecture.heads;
  const layerOf = (head: number): number => Math.floor(head / architecture.heads);
  const nameOf = (head: number): string => headName(layerOf(head), head % architecture.heads);
  const scoreOf = ({ unique, positivePairs, negativePairs }: EdgeScore): number =>
    params.normalise ? unique / (positivePairs + negativePairs) : unique;
  const seeds = coded.codes.map((_, seed) => edgeScores(codesOf(coded, seed, context)));
  const folds = seeds.map((pairs) => foldIntoHeads(pairs, pairs.map(scoreOf), heads));
  const mean = (value: (seed: number) => number): number =>
    seeds.reduce((sum, _, seed) => sum + value(seed), 0) / seeds.length;
  const between = (seeds[0] ?? []).flatMap(({ from, to }, pair) => {
    if (layerOf(from) === layerOf(to)) return [];
    const of = (value: (edge: EdgeScore) => number): number => mean((seed) => value(seeds[seed]?.[pair] as EdgeScore));
    return [
      {
        name: `${nameOf(from)}->${nameOf(to)}`,
        score: of(scoreOf),
        z: of(({ z }) => z),
        mean: of((edge) => edge.mean),
        deviation: of((edge) => edge.deviation),
      },
    ];
  });
  const folded = Array.from({ length: heads }, (_, head) => mean((seed) => folds[seed]?.[head] ?? 0));
  return { between, folded, folds };
}
