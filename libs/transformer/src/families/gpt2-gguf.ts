import type { Family } from '../architecture.js';
import { refuseUnknownKeys, vocabularySize } from './gguf-metadata.js';
import { familyName } from './gguf-names.js';

const KEYS = new Set([
  ...['context_length', 'embedding_length', 'feed_forward_length', 'block_count', 'vocab_size'],
  ...['attention.head_count', 'attention.head_count_kv', 'attention.layer_norm_epsilon'],
]);

const OUTSIDE: Readonly<Record<string, string>> = {
  'token_embd.weight': 'wte.weight',
  'position_embd.weight': 'wpe.weight',
  'output_norm.weight': 'ln_f.weight',
  'output_norm.bias': 'ln_f.bias',
  'output.weight': 'lm_head.weight',
};

const IN_BLOCK: Readonly<Record<string, string>> = {
  attn_norm: 'ln_1',
  attn_qkv: 'attn.c_attn',
  attn_output: 'attn.c_proj',
  ffn_norm: 'ln_2',
  ffn_up: 'mlp.c_fc',
  ffn_down: 'mlp.c_proj',
};

/** Set in the configuration of a GGUF file: it holds GPT-2's matrices as [out, in], turned from Conv1D's [in, out]. */
export const GGUF_LAYOUT = 'gguf_layout';

export const gguf: NonNullable<Family['gguf']> = {
  architecture: 'gpt2',
  config(metadata) {
    refuseUnknownKeys(metadata, 'gpt2', KEYS);
    const get = (key: string): unknown => metadata.get(`gpt2.${key}`);
    return {
      n_layer: get('block_count'),
      n_head: get('attention.head_count'),
      n_embd: get('embedding_length'),
      n_inner: get('feed_forward_length'),
      n_positions: get('context_length'),
      vocab_size: vocabularySize(metadata, 'gpt2'),
      layer_norm_epsilon: get('attention.layer_norm_epsilon'),
      [GGUF_LAYOUT]: true,
    };
  },
  tensorName: (name) => familyName(name, { outside: OUTSIDE, inBlock: IN_BLOCK, block: (layer) => `h.${layer}` }),
};
