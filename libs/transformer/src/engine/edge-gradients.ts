import { invalidInput } from '@patchbay/contracts';
import type { Architecture } from '../architecture.js';
import { type CachedRun, pastOf } from './cached-run.js';
import { SourceOrder } from './sources.js';
import { type BlockInput, type Floats, type Transformer, wholly } from './transformer.js';

/** Where a pass leaves the base run. */
export interface TraceStart {
  /** block that comes first; the number of layers where none does */
  layer: number;
  /** residual stream before it, positions from `start` on [batch, seq, d_model]; after the last block, the last one only */
  resid: Floats;
  /** z of the first block in place of the one it would compute [batch, queries, heads, d_head] */
  z?: Floats;
}

/** A forward pass over the prompts of a base run, with what the way back needs. */
export interface Trace {
  /** by layer; undefined before the first */
  blocks: readonly ({ input: BlockInput; attended: Floats } | undefined)[];
  /** what the final norm reads [batch, 1, d_model] */
  final: Floats;
}

/** Runs the model from some layer on. @param start positions before this one are those of the base run */
export async function traceRun(model: Transformer, base: CachedRun, start: number, from: TraceStart): Promise<Trace> {
  const { layers } = model.architecture;
  const rows = [...base.prompts.keys()];
  const blocks: Trace['blocks'][number][] = Array.from({ length: from.layer }, () => undefined);
  let { resid } = from;
  for (let layer = from.layer; layer < layers; layer++) {
    const keepFrom = layer === layers - 1 ? base.length - 1 - start : 0;
    const past = pastOf(base, layer, start, rows);
    const input = { resid, start, keepFrom, past };
    const z = layer === from.layer && from.z ? wholly(from.z) : undefined;
    const { residPost, attnOut } = await model.block(layer, { ...input, z }, ['residPost', 'attnOut']);
    blocks.push({ input, attended: attnOut });
    resid = residPost;
  }
  return { blocks, final: resid };
}

/** What the graphs of the way back do not hold yet, by the setting that asks for it. */
const notYet = (x: Architecture): Record<string, boolean> => ({
  'outputs other than logits': x.outputs !== undefined,
  'bidirectional attention': x.attention === 'bidirectional',
  'blocks without an MLP': x.dMlp === 0,
  'parallel blocks': x.mlpReads === 'resid-pre',
  'norms after attention or MLP': Array.from({ length: x.layers }, (_, l) => x.block(l)).some(
    (block) => block.attentionPostNorm ?? block.mlpPostNorm,
  ),
  'a soft cap on the logits': x.logitSoftCap !== undefined,
});

/** @throws PatchbayError `invalid-input` naming what of this architecture the gradients by edges cannot take yet */
export function assertEdgeGradients(architecture: Architecture): void {
  const missing = Object.entries(notYet(architecture)).flatMap(([what, asked]) => (asked ? [what] : []));
  if (missing.length === 0) return;
  throw invalidInput(
    `Attribution does not know ${missing.join(', ')} yet, which this ${architecture.family} model has.`,
    'Use edge-patching, path-patching or activation-patching, which do.',
  );
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
 * Goes back from the logits through a trace, to where no destination sees any of the sources.
 *
 * @param seed the metric's gradient by the logits of `ids`, or of the whole vocabulary [batch, 1, n]
 * @param changes u′ − u of all sources, positions from the trace's start on [sources, batch, seq, d_model]
 * @param sources those to score: first … end − 1
 */
export async function* edgeGradients(
  model: Transformer,
  { blocks, final }: Trace,
  seed: { gradient: Floats; ids?: readonly (readonly number[])[] },
  changes: Floats,
  sources: { first: number; end: number },
): AsyncGenerator<EdgeScores> {
  const { heads, layers } = model.architecture;
  const order = new SourceOrder(model.architecture);
  const seen = (end: number): Floats | undefined => firstRows(changes, sources.first, Math.min(end, sources.end));
  const toLogits = seen(sources.end);
  if (!toLogits) return;
  let step = await model.logitsEdgeGradients({ ...seed, final, changes: toLogits });
  yield { kind: 'logits', layer: layers, scores: withDestinations(step.scores, 1) };
  for (let layer = layers - 1; layer >= 0; layer--) {
    const block = blocks[layer];
    const toMlp = seen(order.head(layer, heads));
    if (!block || !toMlp) return;
    const { input, attended } = block;
    step = await model.mlpEdgeGradients(layer, { ...input, attended, gradient: step.residGradient, changes: toMlp });
    yield { kind: 'mlp', layer, scores: withDestinations(step.scores, 1) };
    const toHeads = seen(order.head(layer, 0));
    if (!toHeads) return;
    step = await model.attentionEdgeGradients(layer, { ...input, gradient: step.residGradient, changes: toHeads });
    yield { kind: 'head', layer, scores: withDestinations(step.scores, 3 * heads) };
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
