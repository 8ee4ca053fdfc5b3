import { assertShape, type Circuit, EdgeGraph, type ReferenceCircuit, sourceName } from '@patchbay/circuit';
import { averagePrecision, type RatePoint, ratePoints, rocArea, scoreSet, type SetScore } from './roc.js';

/** How well scores and a circuit meet the truth, at one level. */
export interface TruthScore extends SetScore {
  level: 'edge' | 'node';
  /** true edges or nodes, of all that there are */
  positives: number;
  total: number;
  rocArea: number | null;
  averagePrecision: number | null;
  curve: readonly RatePoint[];
}

/**
 * A circuit's scores and its choice against a reference circuit: at the level of edges, where the reference has them,
 * and of heads and MLPs. A node comes in at the threshold at which it has both an edge that enters and one that leaves.
 *
 * @throws PatchbayError `invalid-input` where the graphs differ: a rate over other edges would mean nothing
 */
export function scoreAgainst(circuit: Circuit, reference: ReferenceCircuit): TruthScore[] {
  assertShape(circuit.graph.shape, reference.shape);
  const graph = new EdgeGraph(reference.shape);
  const levels: TruthScore[] = [];
  if (reference.edges) {
    const truth = new Uint8Array(graph.size);
    for (const name of reference.edges) truth[graph.edgeNamed(name) ?? NaN] = 1;
    levels.push(level('edge', circuit.scores, circuit.kept, truth));
  }
  const scores = circuit.nodeScores ?? nodeScores(graph, circuit.scores);
  const kept = nodeScores(graph, Float64Array.from(circuit.kept));
  // A method that scores heads alone is not held to the MLPs.
  const isJudged = (node: string): boolean => !circuit.nodeScores || circuit.nodeScores.has(node);
  const nodes = graph.sources
    .filter(({ kind }) => kind === 'head' || kind === 'mlp')
    .map(sourceName)
    .filter(isJudged);
  levels.push(
    level(
      'node',
      nodes.map((node) => scores.get(node) ?? NaN),
      nodes.map((node) => kept.get(node) ?? 0),
      nodes.map((node) => (reference.nodes.includes(node) ? 1 : 0)),
    ),
  );
  return levels;
}

function level(
  name: TruthScore['level'],
  scores: ArrayLike<number>,
  kept: ArrayLike<number>,
  truth: ArrayLike<number>,
): TruthScore {
  return {
    ...{ level: name, positives: Array.from(truth).reduce((a, b) => a + b, 0), total: truth.length },
    ...{ rocArea: rocArea(scores, truth), averagePrecision: averagePrecision(scores, truth) },
    ...{ curve: ratePoints(scores, truth), ...scoreSet(kept, truth) },
  };
}

/** By node: the lesser of its best edge in and its best edge out; none where it lacks either. */
function nodeScores(graph: EdgeGraph, scores: Float64Array): ReadonlyMap<string, number> {
  const into = new Map<string, number>();
  const out = new Map<string, number>();
  const raise = (map: Map<string, number>, node: string, score: number): void => {
    map.set(node, Math.max(map.get(node) ?? -Infinity, score));
  };
  scores.forEach((score, edge) => {
    if (Number.isNaN(score)) return;
    const { source, destination } = graph.ends(edge);
    raise(out, graph.sourceName(source), score);
    raise(into, graph.nodeOfDestination(destination), score);
  });
  return new Map(
    [...out].flatMap(([node, best]) => {
      const entering = into.get(node);
      return entering === undefined ? [] : [[node, Math.min(best, entering)] as const];
    }),
  );
}
