import type { Architecture, BlockWeights, Family, Linear, Norm } from '../architecture.js';
import { divide, flag, positive, refuseUnsupported, size, unsupported, type Config } from './config-reader.js';
import { GGUF_QKV, gguf } from './gpt-neox-gguf.js';
import { inverseFrequencies, rotarySettings } from './rotary-frequencies.js';

/** Black et al. 2022, "GPT-NeoX-20B"; Pythia (Biderman et al. 2023): attention and MLP side by side. */
export const gptNeox: Family = {
  id: 'gpt-neox',
  architectures: ['GPTNeoXForCausalLM'],
  // causal mask buffers and rotary frequencies of old checkpoints
  ignores: /\.attention\.((masked_)?bias|rotary_emb\.inv_freq)$/,
  gguf,
  architecture(config, tensorNames) {
    refuseUnsupported(config, PLAIN);
    const dModel = size(config, 'hidden_size');
    const heads = size(config, 'num_attention_heads');
    const dHead = divide(dModel, heads, 'hidden_size by num_attention_heads');
    const tied = flag(config, 'tie_word_embeddings', !tensorNames.has('embed_out.weight'));
    const bias = flag(config, 'attention_bias', true);
    const byHead = config[GGUF_QKV] ? {} : { byHead: true as const };
    return {
      family: 'gpt-neox',
      layers: size(config, 'num_hidden_layers'),
      heads,
      keyValueHeads: heads,
      dModel,
      dHead,
      dMlp: size(config, 'intermediate_size', 4 * dModel),
      vocabulary: size(config, 'vocab_size'),
      context: size(config, 'max_position_embeddings'),
      norm: { kind: 'layer', eps: positive(config, 'layer_norm_eps', 1e-5) },
      activation: activation(config),
      positions: { kind: 'rotary', inverseFrequencies: frequencies(config, dHead) },
      mlpReads: flag(config, 'use_parallel_residual', true) ? 'resid-pre' : 'resid-mid',
      embedding: 'gpt_neox.embed_in.weight',
      finalNorm: norm('gpt_neox.final_layer_norm'),
      unembedding: tied ? 'gpt_neox.embed_in.weight' : 'embed_out.weight',
      block: (layer) => block(`gpt_neox.layers.${layer}`, bias, byHead),
    };
  },
};

const PLAIN = { is_encoder_decoder: [false], quantization_config: [], auto_map: [] };

const ACTIVATIONS: ReadonlyMap<unknown, Architecture['activation']> = new Map([
  ['gelu', 'gelu'],
  ['gelu_new', 'gelu-tanh'],
  ['gelu_fast', 'gelu-tanh'],
  ['gelu_pytorch_tanh', 'gelu-tanh'],
  ['relu', 'relu'],
  ['silu', 'silu'],
]);

function activation(config: Config): Architecture['activation'] {
  const name = config.hidden_act ?? 'gelu';
  const known = ACTIVATIONS.get(name);
  if (!known) throw unsupported('hidden_act', name);
  return known;
}

/** Only the first part of each head is turned: `rotary_pct` of it, which transformers 5 calls partial_rotary_factor. */
function frequencies(config: Config, dHead: number): number[] {
  const { partial_rotary_factor: part, ...settings } = rotarySettings(config);
  const turned = Math.floor(dHead * positive({ rotary_pct: part ?? config.rotary_pct }, 'rotary_pct', 0.25));
  const base = settings.rope_theta ?? config.rotary_emb_base;
  return inverseFrequencies({ rope_parameters: { ...settings, rope_theta: base } }, turned);
}

function block(name: string, attentionBias: boolean, order: { byHead?: true }): BlockWeights {
  const linear = (part: string, hasBias = true): Linear => ({
    weight: `${name}.${part}.weight`,
    ...(hasBias && { bias: `${name}.${part}.bias` }),
    layout: 'out-in',
  });
  return {
    attentionNorm: norm(`${name}.input_layernorm`),
    qkv: { fused: linear('attention.query_key_value', attentionBias), ...order },
    output: linear('attention.dense', attentionBias),
    mlpNorm: norm(`${name}.post_attention_layernorm`),
    mlp: { up: linear('mlp.dense_h_to_4h'), down: linear('mlp.dense_4h_to_h') },
  };
}

const norm = (name: string): Norm => ({ weight: `${name}.weight`, bias: `${name}.bias` });
