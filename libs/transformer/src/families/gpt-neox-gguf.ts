import type { Family } from '../architecture.js';
import { refuseUnknownKeys, vocabularySize } from './gguf-metadata.js';
import { familyName } from './gguf-names.js';

const KEYS = new Set([
  ...['context_length', 'embedding_length', 'feed_forward_length', 'block_count', 'vocab_size'],
  ...['attention.head_count', 'attention.layer_norm_epsilon', 'use_parallel_residual'],
  ...['rope.dimension_count', 'rope.freq_base'],
]);

const OUTSIDE: Readonly<Record<string, string>> = {
  'token_embd.weight': 'gpt_neox.embed_in.weight',
  'output_norm.weight': 'gpt_neox.final_layer_norm.weight',
  'output_norm.bias': 'gpt_neox.final_layer_norm.bias',
  'output.weight': 'embed_out.weight',
};

const IN_BLOCK: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_qkv: 'attention.query_key_value',
  attn_output: 'attention.dense',
  ffn_norm: 'post_attention_layernorm',
  ffn_up: 'mlp.dense_h_to_4h',
  ffn_down: 'mlp.dense_4h_to_h',
};

/** Set in the configuration of a GGUF file: it holds all q, then all k, then all v, put apart from head by head. */
export const GGUF_QKV = 'gguf_qkv';

export const gguf: NonNullable<Family['gguf']> = {
  architecture: 'gptneox',
  config(metadata) {
    refuseUnknownKeys(metadata, 'gptneox', KEYS);
    const get = (key: string): unknown => metadata.get(`gptneox.${key}`);
    const dHead = Number(get('embedding_length')) / Number(get('attention.head_count'));
    return {
      hidden_size: get('embedding_length'),
      intermediate_size: get('feed_forward_length'),
      num_hidden_layers: get('block_count'),
      num_attention_heads: get('attention.head_count'),
      max_position_embeddings: get('context_length'),
      vocab_size: vocabularySize(metadata, 'gptneox'),
      layer_norm_eps: get('attention.layer_norm_epsilon'),
      use_parallel_residual: get('use_parallel_residual'),
      rotary_pct: Number(get('rope.dimension_count')) / dHead,
      rotary_emb_base: get('rope.freq_base'),
      [GGUF_QKV]: true,
    };
  },
  tensorName: (name) =>
    familyName(name, { outside: OUTSIDE, inBlock: IN_BLOCK, block: (layer) => `gpt_neox.layers.${layer}` }),
};
