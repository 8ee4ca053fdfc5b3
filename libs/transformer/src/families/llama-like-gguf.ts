import { invalidInput } from '@patchbay/contracts';
import type { Family } from '../architecture.js';
import { unsupported } from './config-reader.js';
import { refuseUnknownKeys, vocabularySize, type Metadata } from './gguf-metadata.js';
import { familyName } from './gguf-names.js';
import { FACTORS } from './rotary-frequencies.js';

const KEYS = [
  ...['context_length', 'embedding_length', 'feed_forward_length', 'block_count', 'vocab_size'],
  ...['attention.head_count', 'attention.head_count_kv', 'attention.layer_norm_rms_epsilon'],
  ...['attention.key_length', 'attention.value_length', 'rope.dimension_count', 'rope.freq_base'],
  ...['rope.scaling.type', 'rope.scaling.factor', 'rope.scaling.original_context_length', 'rope.scaling.finetuned'],
];

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
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

/** Divisors of the rotary frequencies (Llama 3.1 and later): a setting that is stored as a tensor. */
const ROPE_FACTORS = 'rope_freqs.weight';

/** Where the GGUF files of a successor of Llama differ. */
interface GgufVariation {
  architecture: string;
  /** further metadata keys that `settings` reads, or that change nothing */
  keys?: readonly string[];
  /** further settings of config.json; `get` reads a key of this architecture */
  settings?: (get: (key: string) => unknown) => Record<string, unknown>;
  /** parts of a block that are called otherwise */
  inBlock?: Readonly<Record<string, string>>;
}

/** GGUF's rules for the families of `llamaLike`. */
export function llamaLikeGguf(variation: GgufVariation): NonNullable<Family['gguf']> {
  const { architecture, keys = [], settings = () => ({}) } = variation;
  const known = new Set([...KEYS, ...keys]);
  const inBlock = { ...IN_BLOCK, ...variation.inBlock };
  return {
    architecture,
    config(metadata, tensorSettings) {
      refuseUnknownKeys(metadata, architecture, known);
      const get = (key: string): unknown => metadata.get(`${architecture}.${key}`);
      refuseUnevenHeads(get);
      return {
        hidden_size: get('embedding_length'),
        intermediate_size: get('feed_forward_length'),
        num_hidden_layers: get('block_count'),
        num_attention_heads: get('attention.head_count'),
        num_key_value_heads: get('attention.head_count_kv'),
        head_dim: headSize(get),
        max_position_embeddings: get('context_length'),
        vocab_size: vocabularySize(metadata, architecture),
        rms_norm_eps: get('attention.layer_norm_rms_epsilon'),
        rope_theta: get('rope.freq_base'),
        rope_scaling: ropeScaling(metadata, architecture, tensorSettings.get(ROPE_FACTORS)),
        ...settings(get),
      };
    },
    tensorName: (name) =>
      name === ROPE_FACTORS
        ? null
        : familyName(name, { outside: OUTSIDE, inBlock, block: (layer) => `model.layers.${layer}` }),
  };
}

/** As stated, else the residual stream's share: never a family's usual size, which a file without the key did not have. */
function headSize(get: (key: string) => unknown): unknown {
  const stated = get('attention.key_length') ?? get('rope.dimension_count');
  const [width, heads] = [get('embedding_length'), get('attention.head_count')];
  return stated ?? (typeof width === 'number' && typeof heads === 'number' ? width / heads : undefined);
}

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

function ropeScaling(
  metadata: Metadata,
  architecture: string,
  factors: readonly number[] | undefined,
): Record<string, unknown> | null {
  const key = `${architecture}.rope.scaling`;
  const type = metadata.get(`${key}.type`) ?? 'none';
  if (type !== 'none' && type !== 'linear') throw unsupported(`${key}.type`, type);
  if (factors && type === 'linear') throw unsupported(`${key}.type`, 'linear, with rope_freqs.weight');
  if (factors) return { rope_type: FACTORS, factors };
  return type === 'none' ? null : { rope_type: 'linear', factor: metadata.get(`${key}.factor`) };
}
