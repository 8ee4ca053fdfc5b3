import { type EdgeGraph, sourceName } from '@patchbay/circuit';
import type { Stage } from './visit-order.js';

/** How far the scan has come, and every decision so far: all that it takes to go on. */
export interface Scan {
  /** edges visited */
  at: number;
  /** of the circuit as it stands */
  loss: number;
  /** by edge: how much the loss rose when it was tested; NaN where it was not tested (yet) */
  rises: Float64Array;
  /** by edge: 1 where it was tested and went */
  removed: Uint8Array;
}

/** Loss of each edge set, given as the edges that are removed (1). */
export type LossOf = (removed: readonly Uint8Array[]) => Promise<number[]>;

export interface ScanOptions {
  graph: EdgeGraph;
  stages: readonly Stage[];
  /** edges visited when it stops */
  end: number;
  tau: number;
  lossOf: LossOf;
  /** edges that are tested at once at most */
  width: number;
  onStep?: (scan: Scan) => Promise<void>;
}

export const startScan = (graph: EdgeGraph, loss: number): Scan => ({
  at: 0,
  loss,
  rises: new Float64Array(graph.size).fill(NaN),
  removed: new Uint8Array(graph.size),
});

/** An edge of the circuit: tested and not removed. */
export const isKept = ({ rises, removed }: Scan, edge: number): boolean =>
  removed[edge] === 0 && !Number.isNaN(rises[edge]);

/**
 * ACDC's scan (Conmy et al. 2023, algorithm 1): one edge after the other is removed for good if the loss then rises by
 * less than τ. Several edges are tested at once, each on the guess that those before it go; what follows the first
 * edge that stays was computed for nothing and is tested again, so the decisions are those of one at a time.
 */
export async function scan(from: Scan, options: ScanOptions): Promise<Scan> {
  const { stages, end, tau, lossOf, onStep } = options;
  let now: Scan = { ...from, rises: from.rises.slice(), removed: from.removed.slice() };
  let width = options.width;
  for (const { edges, first } of pieces(stages, from.at, end)) {
    const tested = testable(now, edges, options.graph);
    for (let done = 0; done < tested.length;) {
      const guess = tested.slice(done, done + width);
      const losses = await lossOf(chain(now.removed, guess));
      const decided = decide(now, guess, losses, tau);
      done += decided;
      width = Math.min(options.width, decided < guess.length ? Math.max(2, decided) : 2 * width);
      now = { ...now, at: first + (done < tested.length ? edges.indexOf(tested[done] as number) : edges.length) };
      await onStep?.(now);
    }
    now = { ...now, at: first + edges.length };
  }
  return now;
}

/** The parts of the stages that lie between two places of the whole order. */
function* pieces(stages: readonly Stage[], from: number, to: number): Generator<{ edges: Stage; first: number }> {
  let start = 0;
  for (const stage of stages) {
    const first = Math.max(from, start);
    const edges = stage.slice(first - start, Math.max(0, to - start));
    if (edges.length > 0) yield { edges, first };
    start += stage.length;
  }
}

/** Edges into nodes that some kept edge leaves: nothing reads the others, so their inputs go untested. */
function testable(scan: Scan, edges: Stage, graph: EdgeGraph): number[] {
  const read = new Set<number>();
  for (let edge = 0; edge < graph.size; edge++) if (isKept(scan, edge)) read.add(graph.ends(edge).source);
  return edges.filter((edge) => {
    const destination = graph.destinations[graph.ends(edge).destination];
    if (!destination || destination.kind === 'logits') return true;
    return read.has(graph.source(sourceName(destination)) ?? NaN);
  });
}

/** The set with the first edge removed, with the first two, and so on. */
function chain(removed: Uint8Array, edges: readonly number[]): Uint8Array[] {
  let set = removed;
  return edges.map((edge) => {
    set = set.slice();
    set[edge] = 1;
    return set;
  });
}

/** Writes decisions down as far as the guess held. @returns how many were made */
function decide(scan: Scan, edges: readonly number[], losses: readonly number[], tau: number): number {
  for (const [i, edge] of edges.entries()) {
    const loss = losses[i] ?? NaN;
    const rise = loss - scan.loss;
    scan.rises[edge] = rise;
    if (!(rise < tau)) return i + 1;
    scan.removed[edge] = 1;
    scan.loss = loss;
  }
  return edges.length;
}
