import { type Floats, type Transformer, runMasked } from '@patchbay/transformer';
import { type RowBytes, edgeBlockBytes, sourcesOf } from '../memory/bytes.js';
import type { MethodContext } from '../method.js';
import { edgeMasks } from './edge-masks.js';
import type { EdgeRuns } from './edge-runs.js';

/** One pair under one edge set. */
export interface Entry {
  /** by edge in canonical order: 1 where it is removed */
  removed: Uint8Array;
  /** of the pairs that the runs are of */
  row: number;
}

/** Entries of a batch's masks: it bounds their memory on graphs of a million edges. */
const MASK_ENTRIES = 2 ** 25;

type Context = MethodContext<{ metric: string }>;

/** Memory at work for one entry: the changes of all sources that its set removes. */
export const edgeSetBytes = ({ architecture, params }: Context, length: number): RowBytes =>
  edgeBlockBytes(architecture, length, params.metric, sourcesOf(architecture));

/** Entries that share one pass. */
export function entriesAtOnce(context: Context, { baselines: { base }, start, graph }: EdgeRuns): number {
  const rows = context.memory.rowsAtOnce(base.length - start, edgeSetBytes(context, base.length));
  return Math.max(1, Math.min(rows, Math.floor(MASK_ENTRIES / graph.size)));
}

/** Each entry's pair in the base run without the removed edges: what the final norm reads [entries, read, d_model]. */
export function runEdgeSets(
  transformer: Transformer,
  { graph, baselines, donor, rows, start, allChanges: changes }: EdgeRuns,
  batch: readonly Entry[],
): Promise<Floats> {
  const masks = edgeMasks(
    graph,
    batch.map(({ removed }) => removed),
  );
  const theirs = batch.flatMap(({ row }) => rows[row] ?? []);
  return runMasked(transformer, { base: baselines.base, donor, rows: theirs, masks, start, changes });
}
