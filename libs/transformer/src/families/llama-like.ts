import type { Architecture, BlockWeights, Linear } from '../architecture.js';
import { divide, flag, positive, refuseUnsupported, size, type Config } from './config-reader.js';
import { inverseFrequencies } from './rotary-frequencies.js';

/** Frequencies that old checkpoints stored and the configuration determines; the tied copy of the embedding. */
export const LLAMA_IGNORES = /\.rotary_emb\.inv_freq$|^lm_head\.weight$/;

/** Where a successor of Llama differs in what it stores. */
export interface Variation {
  /** settings that the family itself computes, so that they are not refused here */
  reads?: readonly string[];
  /** which projections have a bias */
  biases?: { qkv?: boolean; output?: boolean; mlp?: boolean };
  /** where the configuration does not say */
  dHead?: number;
}

/**
 * What Llama and its successors share: sizes, rotary positions, RMSNorm, a gated MLP and the tensor names of their
 * Hugging Face checkpoints. A family spreads it and says what it changes.
 * @throws PatchbayError `invalid-input` naming a setting that neither this nor the family computes
 */
export function llamaLike(
  config: Config,
  tensorNames: ReadonlySet<string>,
  { reads = [], biases = {}, dHead: usualHead }: Variation,
): Omit<Architecture, 'family'> {
  refuseUnsupported(config, Object.fromEntries(Object.entries(PLAIN).filter(([key]) => !reads.includes(key))));
  const dModel = size(config, 'hidden_size');
  const heads = size(config, 'num_attention_heads');
  const keyValueHeads = size(config, 'num_key_value_heads', heads);
  divide(heads, keyValueHeads, 'num_attention_heads by num_key_value_heads');
  const dHead =
    (config.head_dim ? size(config, 'head_dim') : usualHead) ??
    divide(dModel, heads, 'hidden_size by num_attention_heads');
  const tied = flag(config, 'tie_word_embeddings', !tensorNames.has('lm_head.weight'));
  return {
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
    block: (layer) => block(blockName(layer), biases),
  };
}

/** What tensors of a block are called. */
export const blockName = (layer: number): string => `model.layers.${layer}`;

/** Settings of Llama's configurations and its relatives', and the values under which the graph is the plain one. */
const PLAIN: Readonly<Record<string, readonly unknown[]>> = {
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
  use_bidirectional_attention: [false],
  is_encoder_decoder: [false],
  quantization_config: [],
  auto_map: [],
};

function block(name: string, biases: NonNullable<Variation['biases']>): BlockWeights {
  const linear = (part: string, hasBias = false): Linear => ({
    weight: `${name}.${part}.weight`,
    ...(hasBias && { bias: `${name}.${part}.bias` }),
    layout: 'out-in',
  });
  const qkv = (part: string) => linear(`self_attn.${part}_proj`, biases.qkv);
  const mlp = (part: string) => linear(`mlp.${part}_proj`, biases.mlp);
  return {
    attentionNorm: { weight: `${name}.input_layernorm.weight` },
    qkv: { q: qkv('q'), k: qkv('k'), v: qkv('v') },
    output: linear('self_attn.o_proj', biases.output),
    mlpNorm: { weight: `${name}.post_attention_layernorm.weight` },
    mlp: { up: mlp('up'), down: mlp('down'), gate: mlp('gate') },
  };
}

/** Weights that normalise q and k of each head, as Qwen 3 and Gemma 3 store them. */
export const headNorms = (layer: number): Pick<BlockWeights, 'queryNorm' | 'keyNorm'> => ({
  queryNorm: { weight: `${blockName(layer)}.self_attn.q_norm.weight` },
  keyNorm: { weight: `${blockName(layer)}.self_attn.k_norm.weight` },
});
