import type { EdgeGraph } from '@patchbay/circuit';
import {
  type Donor,
  type DonorRow,
  type Floats,
  type Kept,
  firstReadOf,
  rowOf,
  sourceChanges,
} from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { type RowBytes, edgeRunBytes } from '../memory/bytes.js';
import type { MethodContext, Workbench } from '../method.js';
import { type Baselines, type Direction, runBaselines, sidesOf } from '../patching/baselines.js';
import { type Chunk, chunksOf, sameUntil } from '../patching/chunk-pairs.js';
import { type Ablation, donorOf, sourceDonor } from '../patching/donor.js';
import { edgeGraphOf } from './edge-graph-of.js';

/** Both runs of some pairs and what every source's output would change to: shared by all units over the same pairs. */
export interface EdgeRuns {
  graph: EdgeGraph;
  pairs: readonly Pair[];
  baselines: Baselines;
  donor: Donor;
  rows: readonly DonorRow[];
  /** positions before this one are the same in both runs, for every pair, or are not read */
  start: number;
  /** u′ − u of all sources, positions from `start` on [sources, pairs, positions, d_model] */
  allChanges: Floats;
  /** parts of `allChanges`, by source [pairs, positions, d_model] */
  changes: readonly Floats[];
}

/** What is kept of the base run and of the donor: runs that read no earlier position need no keys and values either. */
const keptOf = (readOnly: boolean): Record<'base' | 'donor', ReadonlySet<Kept>> => ({
  base: new Set([
    ...(['residPre', 'share', 'attnOut', 'mlpOut'] as const),
    ...(readOnly ? [] : (['z', 'keys', 'values'] as const)),
  ]),
  donor: new Set(['residPre', 'share', 'mlpOut']),
});

export interface EdgeRunOptions {
  ablation: Ablation;
  direction: Direction;
  metric: string;
  /** destinations read no position before those that the answer is read from */
  readOnly?: boolean;
}

/** The task's pairs in chunks whose runs and changes fit in memory. */
export const edgeChunks = (
  context: MethodContext<{ metric: string; ablation?: Ablation }>,
  computed?: (length: number) => RowBytes,
): Chunk[] => {
  const { architecture, params } = context;
  const { metric, ablation } = params;
  return chunksOf(context, { kept: edgeRunBytes(architecture, metric), computed, metric }, ablation);
};

export async function prepareEdgeRuns(
  bench: Workbench<unknown>,
  pairs: readonly Pair[],
  { ablation, direction, metric, readOnly = false }: EdgeRunOptions,
): Promise<EdgeRuns> {
  const { transformer } = bench;
  const baselines = await runBaselines(transformer, pairs, { direction, metric, keep: keptOf(readOnly) });
  const sites = ['residPre', 'share', 'mlpOut'] as const;
  const from = { kind: ablation, side: sidesOf(direction).donor, run: baselines.donor, sites };
  const values = await donorOf(bench, from);
  const rows = pairs.map((_, row) => ({ row, donorRow: values.shared ? 0 : row }));
  const firstRead = firstReadOf(bench.architecture, baselines.base.length);
  const first = Math.min(...pairs.map(sameUntil(bench.architecture, ablation)), firstRead);
  const start = readOnly ? firstRead : first;
  const donor = sourceDonor(values, ablation);
  const allChanges = await sourceChanges(transformer, baselines.base, donor, rows, start);
  const graph = edgeGraphOf(bench.architecture);
  const changes = graph.sources.map((_, s) => ({ data: rowOf(allChanges, s), dims: allChanges.dims.slice(1) }));
  return { graph, pairs, baselines, donor, rows, start, allChanges, changes };
}

/**
 * First position from `from` on, counted from the prompt's first token, at which a source's output changes for a pair;
 * undefined where it is the same in both runs, so that reading it there makes no difference.
 */
export function firstChange({ changes, start }: EdgeRuns, source: number, row: number, from = 0): number | undefined {
  const { data, dims } = changes[source] as Floats;
  const [, positions = 0, width = 0] = dims;
  const skipped = Math.max(0, from - start);
  const at = data
    .subarray((row * positions + skipped) * width, (row + 1) * positions * width)
    .findIndex((v) => v !== 0);
  return at < 0 ? undefined : start + skipped + Math.floor(at / width);
}

/** One source's change, for one pair. */
export interface Sent {
  source: number;
  row: number;
}

/** The changes of one source for each entry, positions from `from` on [entries, positions, d_model]. */
export function takeChanges({ changes, start }: EdgeRuns, entries: readonly Sent[], from: number): Floats {
  const [, positions = 0, width = 0] = changes[0]?.dims ?? [];
  const size = (positions - (from - start)) * width;
  const data = new Float32Array(entries.length * size);
  entries.forEach(({ source, row }, i) => {
    const end = (row + 1) * positions * width;
    data.set((changes[source] as Floats).data.subarray(end - size, end), i * size);
  });
  return { data, dims: [entries.length, size / width, width] };
}

/** a + b element by element. */
export const added = (a: Floats, b: Floats): Floats => plus(a, b, 1);

/** a − b element by element. */
export const subtracted = (a: Floats, b: Floats): Floats => plus(a, b, -1);

function plus({ data: a, dims }: Floats, { data: b }: Floats, sign: 1 | -1): Floats {
  const data = a.slice();
  for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? NaN) + sign * (b[i] ?? NaN);
  return { data, dims };
}
