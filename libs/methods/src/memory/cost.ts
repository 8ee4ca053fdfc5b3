import type { Architecture } from '@patchbay/transformer';
import type { MethodContext } from '../method.js';
import type { Chunk } from '../patching/chunk-pairs.js';
import { type RowBytes, blockBytes } from './bytes.js';
import { blockFlops } from './flops.js';
import { CHUNKS_KEPT, rowBytes } from './run-memory.js';

/** What a method is going to ask of the machine, beside loading the model. */
export interface Cost {
  flops: number;
  /** runs of a session: each has a price of its own, which rules where a model is small */
  calls: number;
  /** largest memory beside the model's */
  bytes: number;
}

/** Rows that go through some layers of the model. */
export interface Pass {
  rows: number;
  positions: number;
  layers: number;
  /** floating-point operations of one token in one layer */
  flops: number;
  /** memory at work for a row */
  bytes: RowBytes;
  /** all rows at once, since the chunk was cut to fit; otherwise batches are */
  whole?: boolean;
  /** how often it is done; once if absent */
  times?: number;
}

/** What is kept of some equally long pairs, and every pass over them. */
export interface ChunkWork {
  pairs: number;
  length: number;
  kept: RowBytes;
  passes: readonly Pass[];
}

export const flopsOf = ({ rows, positions, layers, flops, times = 1 }: Pass): number =>
  times * rows * positions * layers * flops;

/** Both whole runs of a chunk's pairs. */
export const runPasses = (architecture: Architecture, { indices, length }: Chunk, metric: string): Pass[] => [
  {
    ...{ rows: indices.length, positions: length, layers: architecture.layers, times: 2, whole: true },
    flops: blockFlops(architecture, length),
    bytes: blockBytes(architecture, length, metric),
  },
];

/**
 * Adds up the chunks' passes.
 *
 * @param keptAtOnce chunks that are kept together
 * @param opened bytes of graphs opened beside the blocks'
 */
export function costOf(
  { memory }: Pick<MethodContext<unknown>, 'memory'>,
  chunks: readonly ChunkWork[],
  { keptAtOnce = CHUNKS_KEPT, opened = 0 }: { keptAtOnce?: number; opened?: number } = {},
): Cost {
  const cost: Cost = { flops: 0, calls: 0, bytes: 0 };
  let working = 0;
  for (const pass of chunks.flatMap(({ passes }) => passes)) {
    const { rows, positions, layers, bytes, whole, times = 1 } = pass;
    const atOnce = whole ? rows : Math.min(rows, memory.rowsAtOnce(positions, bytes));
    if (rows === 0) continue;
    cost.flops += flopsOf(pass);
    cost.calls += times * Math.ceil(rows / atOnce) * (layers + 1);
    working = Math.max(working, atOnce * rowBytes(positions, bytes));
  }
  const kept = chunks.map(({ pairs, length, kept }) => pairs * rowBytes(length, kept)).sort((a, b) => b - a);
  cost.bytes = kept.slice(0, keptAtOnce).reduce((sum, bytes) => sum + bytes, opened + working);
  return cost;
}
