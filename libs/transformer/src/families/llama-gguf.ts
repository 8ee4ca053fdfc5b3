import { invalidInput } from '@patchbay/contracts';
import type { Family } from '../architecture.js';
import { unsupported } from './config-reader.js';
import { refuseUnknownKeys, vocabularySize, type Metadata } from './gguf-metadata.js';
import { FACTORS } from './rotary-frequencies.js';

const KEYS = new Set([
  ...['context_length', 'embedding_length', 'feed_forward_length', 'block_count', 'vocab_size'],
  ...['attention.head_count', 'attention.head_count_kv', 'attention.layer_norm_rms_epsilon'],
  ...['attention.key_length', 'attention.value_length', 'rope.dimension_count', 'rope.freq_base'],
  ...['rope.scaling.type', 'rope.scaling.factor', 'rope.scaling.original_context_length', 'rope.scaling.finetuned'],
]);

const OUTSIDE: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};

const IN_BLOCK: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

/** Divisors of the rotary frequencies (Llama 3.1 and later): a setting that is stored as a tensor. */
const ROPE_FACTORS = 'rope_freqs.weight';

export const gguf: NonNullable<Family['gguf']> = {
  architecture: 'llama',
  config(metadata, settings) {
    refuseUnknownKeys(metadata, 'llama', KEYS);
    const get = (key: string): unknown => metadata.get(`llama.${key}`);
    refuseUnevenHeads(get);
    return {
      hidden_size: get('embedding_length'),
      intermediate_size: get('feed_forward_length'),
      num_hidden_layers: get('block_count'),
      num_attention_heads: get('attention.head_count'),
      num_key_value_heads: get('attention.head_count_kv'),
      head_dim: get('attention.key_length') ?? get('rope.dimension_count'),
      max_position_embeddings: get('context_length'),
      vocab_size: vocabularySize(metadata, 'llama'),
      rms_norm_eps: get('attention.layer_norm_rms_epsilon'),
      rope_theta: get('rope.freq_base'),
      rope_scaling: ropeScaling(metadata, settings.get(ROPE_FACTORS)),
    };
  },
  tensorName(name) {
    if (name === ROPE_FACTORS) return null;
    const outside = OUTSIDE[name];
    if (outside) return outside;
    const [, layer, part = '', kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
    return layer === undefined ? name : `model.layers.${layer}.${IN_BLOCK[part] ?? part}.${kind}`;
  },
  permutedHeads(tensor, config) {
    const projection = /\.self_attn\.([qk])_proj\.(weight|bias)$/.exec(tensor)?.[1];
    const heads = projection === 'q' ? config.num_attention_heads : config.num_key_value_heads;
    return projection && typeof heads === 'number' ? heads : null;
  },
};

/** Keys and values of one size, wholly turned: anything else needs another graph. */
function refuseUnevenHeads(get: (key: string) => unknown): void {
  const sizes = ['attention.key_length', 'attention.value_length', 'rope.dimension_count'];
  const given = sizes.map(get).filter((value) => value !== undefined);
  if (new Set(given).size > 1) {
    throw invalidInput(
      `The GGUF file's head sizes differ: ${sizes.map((key) => `${key} ${String(get(key))}`).join(', ')}.`,
      'Use a model whose heads are rotated whole.',
    );
  }
}

function ropeScaling(metadata: Metadata, factors: readonly number[] | undefined): Record<string, unknown> | null {
  const type = metadata.get('llama.rope.scaling.type') ?? 'none';
  if (type !== 'none' && type !== 'linear') throw unsupported('llama.rope.scaling.type', type);
  if (factors && type === 'linear') throw unsupported('llama.rope.scaling.type', 'linear, with rope_freqs.weight');
  if (factors) return { rope_type: FACTORS, factors };
  return type === 'none' ? null : { rope_type: 'linear', factor: metadata.get('llama.rope.scaling.factor') };
}
