import { buildGguf, type GgufTensor } from './build-gguf.js';

/** Metadata of a Llama of one layer: two query heads of size 4, one key and value head, width 8. */
export const tinyLlamaMetadata = {
  'general.architecture': 'llama',
  ...{ 'llama.block_count': 1, 'llama.context_length': 16, 'llama.embedding_length': 8 },
  ...{ 'llama.feed_forward_length': 6, 'llama.attention.head_count': 2, 'llama.attention.head_count_kv': 1 },
  ...{ 'llama.attention.layer_norm_rms_epsilon': 2 ** -17, 'llama.rope.dimension_count': 4 },
  ...{ 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'smollm' },
  'tokenizer.ggml.tokens': ['a', 'b', 'Ġ'],
  'tokenizer.ggml.merges': ['a b'],
};

const F32 = 0;

/** Row r of every matrix is r, r + 1/64, …, so that a row is known by its first value. */
export function floats(name: string, shape: readonly [number, number?]): GgufTensor {
  const [rows, columns = 1] = shape;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns) + (i % columns) / 64);
  const written = shape.filter((size) => size !== undefined);
  return { name, shape: written, type: F32, bytes: new Uint8Array(values.buffer) };
}

export const tinyLlamaTensors: readonly GgufTensor[] = [
  floats('token_embd.weight', [3, 8]),
  floats('output_norm.weight', [8]),
  floats('blk.0.attn_norm.weight', [8]),
  floats('blk.0.attn_q.weight', [8, 8]),
  floats('blk.0.attn_k.weight', [4, 8]),
  floats('blk.0.attn_v.weight', [4, 8]),
  floats('blk.0.attn_output.weight', [8, 8]),
  floats('blk.0.ffn_norm.weight', [8]),
  floats('blk.0.ffn_gate.weight', [6, 8]),
  floats('blk.0.ffn_up.weight', [6, 8]),
  floats('blk.0.ffn_down.weight', [8, 6]),
];

export const tinyLlama = buildGguf(tinyLlamaMetadata, tinyLlamaTensors);
