import {
  Graph,
  type Value,
  add,
  concat,
  gather,
  matmul,
  mul,
  reshape,
  reshapeLike,
  sliceFrom,
  split,
  transpose,
} from '@patchbay/onnx';
import type { ModelFiles } from '../model-files.js';
import { type AttentionInputs, mix, turn } from './attention-graph.js';
import { turnedWidth } from './positions.js';
import { WeightReader } from './weights.js';

/**
 * One layer's attention where every head's q, k and v has an input of its own: the residual stream plus the changes
 * of the sources whose edge to it is removed (METHODS' masked forward).
 */
export function edgeAttentionGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, heads } = files.architecture;
  const g = new Graph(`edge attention ${layer}`);
  const weights = new WeightReader(g, files);
  const inputs = attentionInputs(weights, layer);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);
  const mask = g.input('mask', 'float32', ['batch', 'sources', 3 * heads]);
  const { attentionNorm } = files.architecture.block(layer);
  const projections = letterInputs(inputs.resid, changes, mask, heads, dModel).map((read, letter) => {
    // The norm belongs to each destination, so it is taken of each.
    const rows = reshape(weights.norm(read, attentionNorm), heads, -1, dModel);
    return project(rows, headProjection(weights, layer, letter as Letter));
  }) as [Value, Value, Value];
  g.output('z', attendByHead(weights, layer, inputs, projections));
  return g;
}

/** Inputs of a graph whose heads share no key. */
export function attentionInputs({ graph: g, architecture }: WeightReader, layer: number): AttentionInputs {
  const { dModel, keyValueHeads, dHead } = architecture;
  const turned = turnedWidth(architecture, layer);
  const past = ['prefixes', 'past', keyValueHeads, dHead] as const;
  return {
    resid: g.input('resid', 'float32', ['batch', 'seq', dModel]),
    keepFrom: g.input('keepFrom', 'int64', [1]),
    pastKeys: g.input('pastKeys', 'float32', past),
    pastValues: g.input('pastValues', 'float32', past),
    prefix: g.input('prefix', 'int64', ['batch']),
    cos: g.input('cos', 'float32', ['seq', 1, turned]),
    sin: g.input('sin', 'float32', ['seq', 1, turned]),
    bias: g.input('bias', 'float32', ['queries', 'allKeys']),
  };
}

/**
 * z [batch, queries, heads, d_head] of projections that every head has for itself: under grouped keys every query head
 * has keys and values of its own here.
 *
 * @param projections q, k and v of all positions, before norm and rotation [heads, batch · seq, d_head]
 */
export function attendByHead(
  weights: WeightReader,
  layer: number,
  { resid, keepFrom, pastKeys, pastValues, prefix, cos, sin, bias }: AttentionInputs,
  projections: readonly [Value, Value, Value],
): Value {
  const { heads, keyValueHeads, dHead, block } = weights.architecture;
  const { queryNorm, keyNorm } = block(layer);
  const [q, k, v] = projections.map((x) => reshapeLike(transpose(x, 1, 0, 2), resid, 2, heads, dHead)) as [
    Value,
    Value,
    Value,
  ]; // [batch, seq, heads, d_head]
  const before = (x: Value): Value => perQueryHead(gather(x, prefix, 0), 2, heads, keyValueHeads);
  const angles = [cos, sin].map((a) => sliceFrom(a, keepFrom, 0)) as [Value, Value];
  const queries = turn(weights, layer, weights.norm(sliceFrom(q, keepFrom, 1), queryNorm), ...angles);
  const ownKeys = turn(weights, layer, weights.norm(k, keyNorm), cos, sin);
  const keys = concat(1, before(pastKeys), ownKeys);
  const values = concat(1, before(pastValues), v);
  return mix(weights, { queries, keys, values, bias }, heads);
}

/** Residual stream plus removed edges' changes, for q, k and v: three of [heads, batch, seq, d_model]. */
function letterInputs(resid: Value, changes: Value, mask: Value, heads: number, dModel: number) {
  const bySource = reshape(transpose(changes, 1, 0, 2, 3), 0, 0, -1); // [batch, sources, seq · d_model]
  const byLetter = transpose(reshape(mask, 0, 0, heads, 3), 3, 0, 2, 1); // [letters, batch, heads, sources]
  const letter = (i: bigint): Value => {
    const removed = gather(byLetter, resid.graph.constant(BigInt64Array.of(i), []), 0);
    const change = reshape(matmul(removed, bySource), 0, heads, -1, dModel);
    return add(transpose(change, 1, 0, 2, 3), resid);
  };
  return [letter(0n), letter(1n), letter(2n)] as const;
}

export type Letter = 0 | 1 | 2;

/** One letter's projection by query head: weight [heads, d_model, d_head] and bias [heads, 1, d_head]. */
export interface HeadProjection {
  weight: Value;
  shift: Value | undefined;
}

export function headProjection(weights: WeightReader, layer: number, letter: Letter): HeadProjection {
  const { heads, keyValueHeads, block } = weights.architecture;
  const { qkv } = block(layer);
  const linear = 'fused' in qkv ? qkv.fused : qkv[(['q', 'k', 'v'] as const)[letter]];
  const own = 'fused' in qkv ? ownOfFused(weights, qkv.byHead === true, letter) : (x: Value): Value => x;
  const spread = (x: Value): Value => (letter === 0 ? x : perQueryHead(x, 0, heads, keyValueHeads));
  const shift = linear.bias === undefined ? undefined : own(weights.byHeadBias(linear.bias));
  return { weight: spread(own(weights.byHeadOut(linear))), shift: shift && spread(shift) };
}

/** @param rows [heads, rows, d_model], or [rows, d_model] for all heads */
export function project(rows: Value, { weight, shift }: HeadProjection): Value {
  const out = matmul(rows, weight);
  return shift ? add(out, shift) : out;
}

/** Heads of q, k or v out of a fused matrix whose pieces of d_head columns are [pieces, …, d_head]. */
const ownOfFused =
  ({ architecture: { heads, keyValueHeads } }: WeightReader, byHead: boolean, letter: Letter) =>
  (pieces: Value): Value => {
    if (byHead) {
      const every = Array.from({ length: heads }, (_, head) => 3 * head + letter);
      return gather(pieces, pieces.graph.integers(...every), 0);
    }
    return split(pieces, [heads, keyValueHeads, keyValueHeads], 0)[letter] as Value;
  };

/** Repeats each key and value head for the query heads of its group, along `axis`. */
function perQueryHead(x: Value, axis: number, heads: number, keyValueHeads: number): Value {
  if (heads === keyValueHeads) return x;
  const group = heads / keyValueHeads;
  return gather(x, x.graph.integers(...Array.from({ length: heads }, (_, head) => Math.floor(head / group))), axis);
}

/**
 * share [rows, heads, d_head] → what each head writes, W_O's bias left out [heads, rows, d_model]: z W_O, under a norm
 * after it times that norm's weight.
 */
export function headWritesGraph(files: ModelFiles, layer: number): Graph {
  const { heads, dHead, block } = files.architecture;
  const g = new Graph(`head writes ${layer}`);
  const weights = new WeightReader(g, files);
  const { output, attentionPostNorm } = block(layer);
  const share = g.input('share', 'float32', ['rows', heads, dHead]);
  const writes = matmul(transpose(share, 1, 0, 2), weights.byHeadIn(output));
  g.output('writes', attentionPostNorm ? mul(writes, weights.normWeight(attentionPostNorm)) : writes);
  return g;
}

/** Indices [1, positions] → learned position embeddings [1, positions, d_model]. */
export function positionsGraph(files: ModelFiles): Graph {
  const { positions } = files.architecture;
  if (positions.kind !== 'learned') throw new Error('only learned positions are embedded');
  const g = new Graph('positions');
  const indices = g.input('positions', 'int64', [1, 'positions']);
  g.output('embedded', gather(new WeightReader(g, files).tensor(positions.table), indices, 0));
  return g;
}
