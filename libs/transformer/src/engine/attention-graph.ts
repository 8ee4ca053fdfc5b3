import {
  type Value,
  add,
  concat,
  gather,
  matmul,
  mul,
  neg,
  reshape,
  reshapeLike,
  sliceFrom,
  softmax,
  split,
  transpose,
} from '@patchbay/onnx';
import { turnedWidth } from './positions.js';
import { type WeightReader, softCap } from './weights.js';

export interface AttentionInputs {
  /** residual stream before the block [batch, seq, d_model] */
  resid: Value;
  /** keys and values of earlier positions [prefixes, past, kv_heads, d_head], and each row's prefix [batch] */
  pastKeys: Value;
  pastValues: Value;
  prefix: Value;
  /** rotary angles of the positions of `resid` [seq, 1, turned values of a head] */
  cos: Value;
  sin: Value;
  /** 0 or −∞ by query and key [heads / kv_heads · queries, past + seq] */
  bias: Value;
  /** queries are computed from this position of `resid` on: int64 [1] */
  keepFrom: Value;
}

export interface AttentionOutputs {
  /** attention-weighted values before W_O [batch, queries, heads, d_head] */
  z: Value;
  /** of the positions of `resid` [batch, seq, kv_heads, d_head] */
  keys: Value;
  values: Value;
}

/** Scaled dot-product attention with grouped keys; no key or value is repeated for the queries of its group. */
export function attend(weights: WeightReader, layer: number, x: AttentionInputs): AttentionOutputs {
  const { keyValueHeads } = weights.architecture;
  const { q, k, v } = project(weights, layer, x);
  const kept = (angles: Value): Value => sliceFrom(angles, x.keepFrom, 0);
  const queries = turn(weights, layer, q, kept(x.cos), kept(x.sin));
  const keys = turn(weights, layer, k, x.cos, x.sin);
  const allKeys = concat(1, gather(x.pastKeys, x.prefix, 0), keys);
  const allValues = concat(1, gather(x.pastValues, x.prefix, 0), v);
  const z = mix(weights, { queries, keys: allKeys, values: allValues, bias: x.bias }, keyValueHeads);
  return { z, keys, values: v };
}

/**
 * Attention-weighted values [batch, queries, heads, d_head] from queries [batch, queries, heads, d_head], keys and
 * values [batch, past + seq, key_value_heads, d_head].
 */
export function mix(
  weights: WeightReader,
  { queries, keys, values, bias }: Record<'queries' | 'keys' | 'values' | 'bias', Value>,
  keyValueHeads: number,
): Value {
  const { heads, dHead, attentionScale, attentionSoftCap } = weights.architecture;
  const group = heads / keyValueHeads;
  const scaled = mul(queries, queries.graph.scalar(attentionScale ?? 1 / Math.sqrt(dHead)));
  // [batch, queries, heads, d_head] → [batch, kv_heads, group · queries, d_head]
  const grouped = transpose(reshape(scaled, 0, 0, keyValueHeads, group, dHead), 0, 2, 3, 1, 4);
  const scores = matmul(reshape(grouped, 0, 0, -1, dHead), transpose(keys, 0, 2, 3, 1));
  const pattern = softmax(add(softCap(scores, attentionSoftCap), bias));
  const mixed = matmul(pattern, transpose(values, 0, 2, 1, 3));
  const z = transpose(reshape(mixed, 0, 0, group, -1, dHead), 0, 3, 1, 2, 4);
  return reshape(z, 0, 0, heads, dHead);
}

/** q or k with its layer's rotary positions, where there are any. */
export function turn({ architecture }: WeightReader, layer: number, x: Value, cos: Value, sin: Value): Value {
  if (architecture.positions.kind !== 'rotary') return x;
  return rotate(x, cos, sin, turnedWidth(architecture, layer), architecture.dHead);
}

/** q of the kept positions, k and v of all, each [batch, positions, heads or kv_heads, d_head]. */
function project(weights: WeightReader, layer: number, x: AttentionInputs) {
  const { queryNorm, keyNorm } = weights.architecture.block(layer);
  const { q, k, v } = projectRaw(weights, layer, x);
  return { q: weights.norm(q, queryNorm), k: weights.norm(k, keyNorm), v };
}

function projectRaw(weights: WeightReader, layer: number, { resid, keepFrom }: AttentionInputs) {
  const { dModel, heads, keyValueHeads, dHead, block } = weights.architecture;
  const { attentionNorm, qkv } = block(layer);
  const normed = weights.norm(resid, attentionNorm);
  const rows = (a: Value): Value => reshape(a, -1, dModel);
  if ('fused' in qkv) {
    const fused = weights.linear(rows(normed), qkv.fused);
    const [q, k, v] = qkv.byHead
      ? split(perHead(fused, resid, heads, 3 * dHead), [dHead, dHead, dHead], -1)
      : split(fused, [heads * dHead, keyValueHeads * dHead, keyValueHeads * dHead], -1).map((columns, i) =>
          perHead(columns, resid, i === 0 ? heads : keyValueHeads, dHead),
        );
    return { q: sliceFrom(q as Value, keepFrom, 1), k: k as Value, v: v as Value };
  }
  const kept = sliceFrom(normed, keepFrom, 1);
  return {
    q: perHead(weights.linear(rows(kept), qkv.q), kept, heads, dHead),
    k: perHead(weights.linear(rows(normed), qkv.k), resid, keyValueHeads, dHead),
    v: perHead(weights.linear(rows(normed), qkv.v), resid, keyValueHeads, dHead),
  };
}

/** [batch · seq, n · d_head] → [batch, seq, n, d_head], batch and seq as in `like`. */
const perHead = (a: Value, like: Value, n: number, dHead: number): Value => reshapeLike(a, like, 2, n, dHead);

/**
 * Rotary position embedding, first half of a head's turned values paired with the second (Su et al. 2021, as Llama
 * applies it); values after the first `turned` stay (GPT-NeoX).
 */
function rotate(x: Value, cos: Value, sin: Value, turned: number, dHead: number): Value {
  if (turned < dHead) {
    const [head, rest] = split(x, [turned, dHead - turned], -1) as [Value, Value];
    return concat(-1, rotate(head, cos, sin, turned, turned), rest);
  }
  const [first, second] = split(x, [turned / 2, turned / 2], -1) as [Value, Value];
  return add(mul(x, cos), mul(concat(-1, neg(second), first), sin));
}
