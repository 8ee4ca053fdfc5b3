import type { Family, Linear } from '../architecture.js';
import { divide, flag, positive, refuseUnsupported, size } from './config-reader.js';
import { gguf } from './llama-gguf.js';
import { inverseFrequencies } from './rotary-frequencies.js';

/** Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models", and its successors of the same graph. */
export const llama: Family = {
  id: 'llama',
  architectures: ['LlamaForCausalLM'],
  // frequencies that old checkpoints stored and the configuration determines; the tied copy of the embedding
  ignores: /\.rotary_emb\.inv_freq$|^lm_head\.weight$/,
  gguf,
  architecture(config, tensorNames) {
    refuseUnsupported(config, PLAIN);
    const dModel = size(config, 'hidden_size');
    const heads = size(config, 'num_attention_heads');
    const keyValueHeads = size(config, 'num_key_value_heads', heads);
    divide(heads, keyValueHeads, 'num_attention_heads by num_key_value_heads');
    const dHead = config.head_dim
      ? size(config, 'head_dim')
      : divide(dModel, heads, 'hidden_size by num_attention_heads');
    const tied = flag(config, 'tie_word_embeddings', !tensorNames.has('lm_head.weight'));
    const biases = { attention: flag(config, 'attention_bias', false), mlp: flag(config, 'mlp_bias', false) };
    return {
      family: 'llama',
      layers: size(config, 'num_hidden_layers'),
      heads,
      keyValueHeads,
      dModel,
      dHead,
      dMlp: size(config, 'intermediate_size'),
      vocabulary: size(config, 'vocab_size'),
      context: size(config, 'max_position_embeddings'),
      norm: { kind: 'rms', eps: positive(config, 'rms_norm_eps', 1e-6) },
      activation: 'silu',
      positions: { kind: 'rotary', inverseFrequencies: inverseFrequencies(config, dHead) },
      embedding: 'model.embed_tokens.weight',
      finalNorm: { weight: 'model.norm.weight' },
      unembedding: tied ? 'model.embed_tokens.weight' : 'lm_head.weight',
      block: (layer) => block(`model.layers.${layer}`, biases),
    };
  },
};

/** Settings of Llama configurations and of its relatives, and the values under which the graph is the plain one. */
const PLAIN = {
  hidden_act: ['silu'],
  partial_rotary_factor: [1],
  sliding_window: [],
  use_sliding_window: [false],
  layer_types: [],
  logit_scale: [1],
  logits_scaling: [1],
  final_logit_softcapping: [],
  attn_logit_softcapping: [],
  attention_multiplier: [],
  embedding_multiplier: [1],
  residual_multiplier: [1],
  query_pre_attn_scalar: [],
  use_qk_norm: [false],
  qk_layernorm: [false],
  clip_qkv: [],
  num_local_experts: [],
  num_experts: [],
  is_encoder_decoder: [false],
  quantization_config: [],
  auto_map: [],
};

function block(name: string, biases: { attention: boolean; mlp: boolean }) {
  const linear = (part: string, hasBias: boolean): Linear => ({
    weight: `${name}.${part}.weight`,
    ...(hasBias && { bias: `${name}.${part}.bias` }),
    layout: 'out-in',
  });
  const attention = (part: string) => linear(`self_attn.${part}_proj`, biases.attention);
  const mlp = (part: string) => linear(`mlp.${part}_proj`, biases.mlp);
  return {
    attentionNorm: { weight: `${name}.input_layernorm.weight` },
    qkv: { q: attention('q'), k: attention('k'), v: attention('v') },
    output: attention('o'),
    mlpNorm: { weight: `${name}.post_attention_layernorm.weight` },
    mlp: { up: mlp('up'), down: mlp('down'), gate: mlp('gate') },
  };
}
