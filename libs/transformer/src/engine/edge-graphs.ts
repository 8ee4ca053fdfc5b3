import {
  Graph,
  type Value,
  add,
  concat,
  gather,
  matmul,
  reshape,
  reshapeLike,
  sliceFrom,
  split,
  transpose,
} from '@patchbay/onnx';
import type { Linear } from '../architecture.js';
import type { ModelFiles } from '../model-files.js';
import { type AttentionInputs, mix, rotate } from './attention-graph.js';
import { WeightReader } from './weights.js';

/**
 * One layer's attention where every head's q, k and v has an input of its own: the residual stream plus the changes
 * of the sources whose edge to it is removed (METHODS' masked forward).
 */
export function edgeAttentionGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, heads } = files.architecture;
  const g = new Graph(`edge attention ${layer}`);
  const weights = new WeightReader(g, files);
  const inputs = attentionInputs(weights);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);
  const mask = g.input('mask', 'float32', ['batch', 'sources', 3 * heads]);
  const reads = letterInputs(inputs.resid, changes, mask, heads, dModel);
  g.output('z', attendByHead(weights, layer, inputs, reads));
  return g;
}

/** Inputs of a graph whose heads share no key. */
export function attentionInputs({ graph: g, architecture }: WeightReader): AttentionInputs {
  const { dModel, keyValueHeads, dHead } = architecture;
  const past = ['prefixes', 'past', keyValueHeads, dHead] as const;
  return {
    resid: g.input('resid', 'float32', ['batch', 'seq', dModel]),
    keepFrom: g.input('keepFrom', 'int64', [1]),
    pastKeys: g.input('pastKeys', 'float32', past),
    pastValues: g.input('pastValues', 'float32', past),
    prefix: g.input('prefix', 'int64', ['batch']),
    cos: g.input('cos', 'float32', ['seq', 1, dHead]),
    sin: g.input('sin', 'float32', ['seq', 1, dHead]),
    bias: g.input('bias', 'float32', ['queries', 'allKeys']),
  };
}

/**
 * z [batch, queries, heads, d_head] where every head's q, k and v reads a residual stream of its own. The norm belongs
 * to each destination, so it is taken of each. Under grouped keys every query head has keys and values of its own here.
 *
 * @param reads for q, k and v [heads, batch, seq, d_model]
 */
export function attendByHead(
  weights: WeightReader,
  layer: number,
  { resid, keepFrom, pastKeys, pastValues, prefix, cos, sin, bias }: AttentionInputs,
  reads: readonly [Value, Value, Value],
): Value {
  const { dModel, heads, keyValueHeads, dHead, positions, block } = weights.architecture;
  const { attentionNorm, qkv } = block(layer);
  const kept = sliceFrom(resid, keepFrom, 1);
  const projected = (letter: 0 | 1 | 2, like: Value): Value => {
    const read = letter === 0 ? sliceFrom(reads[letter], keepFrom, 2) : reads[letter]; // [heads, batch, positions, d_model]
    const rows = reshape(weights.norm(read, attentionNorm), heads, -1, dModel);
    const { weight, shift } = headWeights(weights, qkv, letter);
    const out = matmul(rows, weight);
    const perHead = transpose(shift ? add(out, shift) : out, 1, 0, 2); // [batch · positions, heads, d_head]
    return reshapeLike(perHead, like, 2, heads, dHead);
  };
  const turned = (x: Value, from?: Value): Value => {
    if (positions.kind !== 'rotary') return x;
    const angles = [cos, sin].map((a) => (from ? sliceFrom(a, from, 0) : a)) as [Value, Value];
    return rotate(x, ...angles, dHead);
  };
  const before = (x: Value): Value => perQueryHead(gather(x, prefix, 0), 2, heads, keyValueHeads);
  const queries = turned(projected(0, kept), keepFrom);
  const keys = concat(1, before(pastKeys), turned(projected(1, resid)));
  const values = concat(1, before(pastValues), projected(2, resid));
  return mix(weights, { queries, keys, values, bias }, heads);
}

/** Residual stream plus removed edges' changes, for q, k and v: three of [heads, batch, seq, d_model]. */
function letterInputs(resid: Value, changes: Value, mask: Value, heads: number, dModel: number) {
  const bySource = reshape(transpose(changes, 1, 0, 2, 3), 0, 0, -1); // [batch, sources, seq · d_model]
  const change = matmul(transpose(mask, 0, 2, 1), bySource);
  const reads = add(reshape(change, 0, heads, 3, -1, dModel), reshape(resid, 0, 1, 1, -1, dModel));
  const byLetter = transpose(reads, 2, 1, 0, 3, 4);
  const letter = (i: bigint): Value => gather(byLetter, resid.graph.constant(BigInt64Array.of(i), []), 0);
  return [letter(0n), letter(1n), letter(2n)] as const;
}

/** One letter's projection by query head: weight [heads, d_model, d_head] and bias [heads, 1, d_head]. */
function headWeights(
  weights: WeightReader,
  qkv: { q: Linear; k: Linear; v: Linear } | { fused: Linear },
  letter: 0 | 1 | 2,
): { weight: Value; shift: Value | undefined } {
  const { heads, keyValueHeads, dModel, dHead } = weights.architecture;
  const sizes = [heads, keyValueHeads, keyValueHeads];
  const linear = 'fused' in qkv ? qkv.fused : qkv[(['q', 'k', 'v'] as const)[letter]];
  const own = (x: Value, axis: number): Value =>
    'fused' in qkv
      ? (split(
          x,
          sizes.map((n) => n * dHead),
          axis,
        )[letter] as Value)
      : x;
  const stored = weights.tensor(linear.weight);
  const matrix =
    linear.layout === 'out-in'
      ? transpose(reshape(own(stored, 0), -1, dHead, dModel), 0, 2, 1)
      : transpose(reshape(own(stored, 1), dModel, -1, dHead), 1, 0, 2);
  const spread = (x: Value): Value => (letter === 0 ? x : perQueryHead(x, 0, heads, keyValueHeads));
  const shift = linear.bias === undefined ? undefined : reshape(own(weights.tensor(linear.bias), 0), -1, 1, dHead);
  return { weight: spread(matrix), shift: shift && spread(shift) };
}

/** Repeats each key and value head for the query heads of its group, along `axis`. */
function perQueryHead(x: Value, axis: number, heads: number, keyValueHeads: number): Value {
  if (heads === keyValueHeads) return x;
  const group = heads / keyValueHeads;
  return gather(x, x.graph.integers(...Array.from({ length: heads }, (_, head) => Math.floor(head / group))), axis);
}

/** z [rows, heads, d_head] → what each head writes, z W_O without the bias [heads, rows, d_model]. */
export function headWritesGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, heads, dHead, block } = files.architecture;
  const g = new Graph(`head writes ${layer}`);
  const weights = new WeightReader(g, files);
  const { weight, layout } = block(layer).output;
  const z = g.input('z', 'float32', ['rows', heads, dHead]);
  const stored = weights.tensor(weight);
  const byHead =
    layout === 'out-in'
      ? transpose(reshape(stored, dModel, heads, dHead), 1, 2, 0)
      : reshape(stored, heads, dHead, dModel);
  g.output('writes', matmul(transpose(z, 1, 0, 2), byHead));
  return g;
}
