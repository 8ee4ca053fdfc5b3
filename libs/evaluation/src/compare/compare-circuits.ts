import { assertShape, type Circuit, keptEdges, keptNodes, type Ranking, rankEdges, topEdges } from '@patchbay/circuit';
import { chanceJaccard, jaccard, jaccardOfMasks } from '../agreement/jaccard.js';
import { kendall, spearman } from '../agreement/rank-correlation.js';
import { edgesAt, MIB_GRID } from '../curves/grid.js';

/** Names that two circuits share, and those that only one has. */
export interface SetDifference {
  shared: string[];
  /** only in the second */
  added: string[];
  /** only in the first */
  removed: string[];
  jaccard: number;
}

/** The best edges of both, at one size. */
export interface AgreementAtSize {
  share: number;
  edges: number;
  jaccard: number;
  /** of two random choices of this size */
  chance: number;
}

/** How alike the scores of the edges are that both circuits score. */
export interface ScoreAgreement {
  /** edges that both score */
  edges: number;
  spearman: number;
  /** over the edges among the first 1 % of either */
  top: { edges: number; spearman: number; kendall: number; signFlips: number };
  /** largest |a − b|, as a share of the largest |a| */
  largestDifference: number;
}

export interface CircuitComparison {
  edges: SetDifference;
  nodes: SetDifference;
  bySize: AgreementAtSize[];
  /** null where fewer than two edges are scored by both */
  scores: ScoreAgreement | null;
}

/**
 * Two circuits of one model: what they keep, how their rankings agree at the sizes of MIB's grid, and how alike their
 * scores are (METHODS: night-to-night comparison, steps 2 and 3).
 *
 * @throws PatchbayError `invalid-input` where they are of different graphs
 */
export function compareCircuits(a: Circuit, b: Circuit, ranking: Ranking = 'absolute'): CircuitComparison {
  assertShape(b.graph.shape, a.graph.shape);
  const scores = compareScores(a.scores, b.scores);
  return {
    edges: difference(edgeNames(a), edgeNames(b)),
    nodes: difference(keptNodes(a.graph, a.kept), keptNodes(b.graph, b.kept)),
    bySize: scores ? agreementBySize(a, b, ranking) : [],
    scores,
  };
}

const edgeNames = ({ graph, kept }: Circuit): string[] => keptEdges(kept).map((edge) => graph.edgeName(edge));

function difference(first: readonly string[], second: readonly string[]): SetDifference {
  const [a, b] = [new Set(first), new Set(second)];
  return {
    shared: first.filter((name) => b.has(name)),
    added: second.filter((name) => !a.has(name)),
    removed: first.filter((name) => !b.has(name)),
    jaccard: jaccard(a, b),
  };
}

function agreementBySize(a: Circuit, b: Circuit, ranking: Ranking): AgreementAtSize[] {
  const { size } = a.graph;
  const sizes = [...new Set(MIB_GRID.map((share) => edgesAt(share, size)))].filter((edges) => edges > 0);
  return sizes.map((edges) => ({
    share: edges / size,
    edges,
    jaccard: jaccardOfMasks(topEdges(a.scores, edges, ranking), topEdges(b.scores, edges, ranking)),
    chance: chanceJaccard(edges / size),
  }));
}

/** Share of the edges, of either ranking, that the closer look is taken at. */
const TOP = 0.01;

function compareScores(a: Float64Array, b: Float64Array): ScoreAgreement | null {
  const both = [...a.keys()].filter((edge) => !Number.isNaN(a[edge]) && !Number.isNaN(b[edge]));
  if (both.length < 2) return null;
  const at = (scores: Float64Array, edges: readonly number[]): number[] => edges.map((edge) => scores[edge] ?? NaN);
  const count = Math.max(2, Math.ceil(TOP * a.length));
  const first = new Set([a, b].flatMap((scores) => [...rankEdges(scores, 'absolute').subarray(0, count)]));
  const top = both.filter((edge) => first.has(edge));
  const [topA, topB] = [at(a, top), at(b, top)];
  const largest = both.reduce((most, edge) => Math.max(most, Math.abs(a[edge] ?? NaN)), 0);
  const apart = both.reduce((most, edge) => Math.max(most, Math.abs((a[edge] ?? NaN) - (b[edge] ?? NaN))), 0);
  return {
    edges: both.length,
    spearman: spearman(at(a, both), at(b, both)),
    top: {
      edges: top.length,
      spearman: spearman(topA, topB),
      kendall: kendall(topA, topB),
      signFlips: topA.filter((v, i) => Math.sign(v) !== Math.sign(topB[i] ?? NaN)).length / top.length,
    },
    largestDifference: apart === 0 ? 0 : apart / largest,
  };
}
