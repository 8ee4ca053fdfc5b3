import { importanceSign, invalidInput, type Result } from '@patchbay/contracts';
import { type Circuit, edgesAmong } from '../circuit.js';
import type { EdgeGraph } from '../edge-graph.js';
import { EdgeReader } from './edge-reader.js';

/** What of a run's result makes a circuit. */
export type Scored = Pick<Result, 'nodes' | 'edges' | 'tables'> &
  Partial<Pick<Result, 'perExample'>> & { manifest: Pick<Result['manifest'], 'conventions'> };

/**
 * A result as a circuit: scores are importances, and all edges that it lists are in. Edges that a method lists in the
 * table `removed` have their score from there. Where only nodes are scored, an edge has its source's score, those of the
 * inputs as much as the best node's: nodes are what is chosen.
 *
 * @throws PatchbayError `invalid-input` where names do not fit the graph or nothing is scored
 */
export function circuitOfResult(result: Scored, graph: EdgeGraph): Circuit {
  // Methods may list pairs of heads, which are no edges of the graph: then nodes are what they score.
  const scoresEdges = Object.keys(result.edges).some((name) => graph.edgeNamed(name) !== undefined);
  const scoresNothing = Object.keys(result.edges).length === 0 && !result.tables['removed'];
  if (!scoresEdges && (scoresNothing || Object.keys(result.nodes).length > 0)) return circuitOfNodes(result, graph);
  const sign = importanceSign(result.manifest.conventions) ?? 1;
  const reader = new EdgeReader(graph);
  for (const [name, effect] of Object.entries(result.edges)) reader.edge(name, sign * effect, true);
  const { columns, rows } = result.tables['removed'] ?? { columns: [], rows: [] };
  const [edgeAt, scoreAt] = [columns.indexOf('edge'), columns.indexOf('rise')];
  for (const row of rows) reader.edge(String(row[edgeAt]), row[scoreAt] ?? undefined, false);
  return { ...reader.finish(), ...(result.perExample && { byPair: { sign, effects: result.perExample } }) };
}

function circuitOfNodes({ nodes, manifest }: Scored, graph: EdgeGraph): Circuit {
  const sign = importanceSign(manifest.conventions) ?? 1;
  const scored = Object.entries(nodes).filter(([name]) => graph.source(name) !== undefined);
  if (scored.length === 0) {
    throw invalidInput(
      'The result scores no edges, and none of its nodes is a head or an MLP of the model.',
      'Use a result of a method that scores edges, or nodes at all positions (site z or mlp-out).',
    );
  }
  const importance = new Map(scored.map(([name, effect]) => [name, sign * effect]));
  const best = Math.max(...importance.values());
  const scores = Float64Array.from({ length: graph.size }, (_, edge) => {
    const source = graph.sourceName(graph.ends(edge).source);
    return importance.get(source) ?? (source === 'input' || source === 'pos' ? best : NaN);
  });
  return { graph, scores, kept: edgesAmong(graph, new Set(importance.keys())), nodeScores: importance };
}
