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
 * less than τ. Several edges are tested at once, each on the guess that those before it fare as the last one did; what
 * follows the first that fares otherwise was computed for nothing and is tested again, so the decisions are those of
 * one at a time. The more often the guess holds, the more are tested at once.
 */
export async function scan(from: Scan, options: ScanOptions): Promise<Scan> {
  const { stages, end, tau, lossOf, onStep } = options;
  let now: Scan = { ...from, rises: from.rises.slice(), removed: from.removed.slice() };
  const narrowest = Math.ceil(options.width / 16);
  let width = options.width;
  let goes = true;
  for (const { edges, first } of pieces(stages, from.at, end)) {
    const tested = testable(now, edges, options.graph);
    for (let done = 0; done < tested.length;) {
      const batch = tested.slice(done, done + width);
      const losses = await lossOf(guessedSets(now.removed, batch, goes));
      const decided = decide(now, batch, losses, { tau, guess: goes });
      const asGuessed: boolean = (now.removed[batch[decided - 1] ?? NaN] === 1) === goes;
      done += decided;
      width = asGuessed ? Math.min(options.width, 2 * width) : Math.max(narrowest, decided);
      goes = asGuessed ? goes : !goes;
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

/** For each edge the set without it, all edges before it gone too where that is the guess, else all of them kept. */
function guessedSets(removed: Uint8Array, edges: readonly number[], goes: boolean): Uint8Array[] {
  let before = removed;
  return edges.map((edge) => {
    const set = before.slice();
    set[edge] = 1;
    if (goes) before = set;
    return set;
  });
}

/** Writes decisions down up to the first that is not as guessed. @returns how many were made */
function decide(
  scan: Scan,
  edges: readonly number[],
  losses: readonly number[],
  { tau, guess }: { tau: number; guess: boolean },
): number {
  for (const [i, edge] of edges.entries()) {
    const loss = losses[i] ?? NaN;
    const rise = loss - scan.loss;
    const goes = rise < tau;
    scan.rises[edge] = rise;
    if (goes) {
      scan.removed[edge] = 1;
      scan.loss = loss;
    }
    if (goes !== guess) return i + 1;
  }
  return edges.length;
}
