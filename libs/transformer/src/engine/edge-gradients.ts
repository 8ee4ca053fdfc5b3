import { type CachedRun, keptAt, pastOf } from './cached-run.js';
import { firstReadOf, readPositions } from './positions.js';
import { atRead, putPositions, takeRows } from './rows.js';
import { SourceOrder } from './sources.js';
import { type BlockInput, type Floats, type Transformer, wholly } from './transformer.js';

/** Where a pass leaves the base run. */
export interface TraceStart {
  /** block that comes first; the number of layers where none does */
  layer: number;
  /** residual stream before it, positions from `start` on [batch, seq, d_model]; after the last block, where the answer is read */
  resid: Floats;
  /** z of the first block in place of the one it would compute [batch, queries, heads, d_head] */
  z?: Floats;
}

/** A forward pass over the prompts of a base run, with what the way back needs. */
export interface Trace {
  /** by layer; undefined before the first */
  blocks: readonly ({ input: BlockInput; attended: Floats } | undefined)[];
  /** what the final norm reads where the answer is read [batch, read, d_model] */
  final: Floats;
  /** the positions that the answer is read from, counted from the trace's start */
  read: readonly number[];
}

/** Runs the model from some layer on. @param start positions before this one are those of the base run */
export async function traceRun(model: Transformer, base: CachedRun, start: number, from: TraceStart): Promise<Trace> {
  const { layers } = model.architecture;
  const read = readPositions(model.architecture, base.length).map((position) => position - start);
  const blocks: Trace['blocks'][number][] = Array.from({ length: from.layer }, () => undefined);
  let { resid } = from;
  for (let layer = from.layer; layer < layers; layer++) {
    const input = inputOf(model, base, layer, start, resid);
    const z = layer === from.layer && from.z ? wholly(from.z) : undefined;
    const { residPost, attnOut } = await model.block(layer, { ...input, z }, ['residPost', 'attnOut']);
    blocks.push({ input, attended: attnOut });
    resid = residPost;
  }
  const final = from.layer === layers ? resid : atRead(resid, model.architecture, base.length);
  return { blocks, final, read };
}

/**
 * The base run itself as a trace, with nothing computed again.
 *
 * @param base kept residPre, attnOut, keys and values of every layer
 * @param start positions before this one are left out
 */
export function traceOf(model: Transformer, base: CachedRun, start: number): Trace {
  const { layers } = model.architecture;
  const rows = [...base.prompts.keys()];
  const read = readPositions(model.architecture, base.length).map((position) => position - start);
  const blocks = Array.from({ length: layers }, (_, layer) => {
    const resid = takeRows(keptAt(base, layer, 'residPre'), rows, start, base.length);
    const input = inputOf(model, base, layer, start, resid);
    return { input, attended: takeRows(keptAt(base, layer, 'attnOut'), rows, start + input.keepFrom, base.length) };
  });
  return { blocks, final: base.final, read };
}

/** What a block reads in a trace of all prompts; the last one computes from the first position that is read. */
function inputOf({ architecture }: Transformer, base: CachedRun, layer: number, start: number, resid: Floats) {
  const keepFrom = layer === architecture.layers - 1 ? firstReadOf(architecture, base.length) - start : 0;
  return { resid, start, keepFrom, past: pastOf(base, layer, start, [...base.prompts.keys()]) };
}

/** Scores of all edges from a range of sources into one layer's heads, into one MLP or into the logits. */
export interface EdgeScores {
  kind: 'head' | 'mlp' | 'logits';
  /** the number of layers for the logits */
  layer: number;
  /** Σ_{t,·} (u′_s − u_s) · ∂m/∂input_d [batch, destinations, sources]; destinations as in the edge graph */
  scores: Floats;
}

/**
 * Goes back from the logits through a trace, to where no destination sees any of the sources. A norm that follows the
 * heads' sum or an MLP is part of the run that the gradient is of: it is differentiated whole, its scale too.
 *
 * @param seed the metric's gradient by the logits of `ids`, or of the whole vocabulary [batch, read, n]
 * @param changes u′ − u of all sources, positions from the trace's start on [sources, batch, seq, d_model]
 * @param sources those to score: first … end − 1
 */
export async function* edgeGradients(
  model: Transformer,
  { blocks, final, read }: Trace,
  seed: { gradient: Floats; ids?: readonly (readonly number[])[] },
  changes: Floats,
  sources: { first: number; end: number },
): AsyncGenerator<EdgeScores> {
  const { heads, layers } = model.architecture;
  const order = new SourceOrder(model.architecture);
  const seen = (end: number): Floats | undefined => firstRows(changes, sources.first, Math.min(end, sources.end));
  const toLogits = seen(sources.end);
  if (!toLogits) return;
  const ends = await model.logitsEdgeGradients({ ...seed, final, positions: read, changes: toLogits });
  yield { kind: 'logits', layer: layers, scores: withDestinations(ends.scores, 1) };
  const queries = (changes.dims[2] ?? 0) - Math.min(...read);
  // by the residual stream after the block at hand
  let gradient = putPositions(
    ends.residGradient,
    read.map((position) => position - Math.min(...read)),
    queries,
  );
  for (let layer = layers - 1; layer >= 0; layer--) {
    const block = blocks[layer];
    if (!block) return;
    const { input, attended } = block;
    const toMlp = order.mlp(layer) === undefined ? undefined : seen(order.seenByMlp(layer));
    const mlp = toMlp && (await model.mlpEdgeGradients(layer, { ...input, attended, gradient, changes: toMlp }));
    if (mlp) yield { kind: 'mlp', layer, scores: withDestinations(mlp.scores, 1) };
    const toHeads = seen(order.head(layer, 0));
    if (!toHeads) return;
    const { mlpReadGradient } = mlp ?? {};
    const step = await model.attentionEdgeGradients(layer, { ...input, gradient, mlpReadGradient, changes: toHeads });
    yield { kind: 'head', layer, scores: withDestinations(step.scores, 3 * heads) };
    gradient = step.residGradient;
  }
}

/** Entries first … end − 1 of the leading axis, as a view; undefined where there are none. */
function firstRows({ data, dims }: Floats, first: number, end: number): Floats | undefined {
  if (end <= first) return undefined;
  const size = data.length / (dims[0] ?? 1);
  return { data: data.subarray(first * size, end * size), dims: [end - first, ...dims.slice(1)] };
}

/** [batch, …, sources] → [batch, destinations, sources] */
const withDestinations = ({ data, dims }: Floats, destinations: number): Floats => ({
  data,
  dims: [dims[0] ?? 0, destinations, dims.at(-1) ?? 0],
});
