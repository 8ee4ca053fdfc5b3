import { assertShape, type Circuit, EdgeGraph, type ReferenceCircuit } from '@patchbay/circuit';
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
  const nodes = graph.sources.flatMap(({ kind }, i) => (kind === 'head' || kind === 'mlp' ? [i] : []));
  const truth = nodes.map((source) => (reference.nodes.includes(graph.sourceName(source)) ? 1 : 0));
  const scores = nodeScores(circuit.graph, circuit.scores);
  const kept = nodeScores(circuit.graph, Float64Array.from(circuit.kept));
  levels.push(
    level(
      'node',
      nodes.map((source) => scores[source] ?? NaN),
      nodes.map((source) => kept[source] ?? 0),
      truth,
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

/** By source: the lesser of its best edge in and its best edge out; NaN where it has none that is scored. */
function nodeScores(graph: EdgeGraph, scores: Float64Array): Float64Array {
  const [into, out] = [0, 1].map(() => new Float64Array(graph.sources.length).fill(-Infinity)) as [
    Float64Array,
    Float64Array,
  ];
  scores.forEach((score, edge) => {
    if (Number.isNaN(score)) return;
    const { source, destination } = graph.ends(edge);
    const reader = graph.source(graph.nodeOfDestination(destination));
    out[source] = Math.max(out[source] ?? NaN, score);
    if (reader !== undefined) into[reader] = Math.max(into[reader] ?? NaN, score);
  });
  return into.map((best, source) => {
    const lesser = Math.min(best, out[source] ?? NaN);
    return lesser === -Infinity ? NaN : lesser;
  });
}
