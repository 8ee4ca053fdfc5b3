import type { Architecture, Family, Linear, Norm } from '../architecture.js';
import { divide, flag, positive, refuseUnsupported, size, unsupported, type Config } from './config-reader.js';
import { GGUF_LAYOUT, gguf } from './gpt2-gguf.js';

/** Radford et al. 2019, "Language Models are Unsupervised Multitask Learners". */
export const gpt2: Family = {
  id: 'gpt2',
  architectures: ['GPT2LMHeadModel', 'GPT2Model'],
  // causal mask buffers of old checkpoints; the tied copy of the embedding
  ignores: /(^|\.)h\.\d+\.attn\.(masked_)?bias$|^lm_head\.weight$/,
  gguf,
  architecture(config, tensorNames) {
    refuseUnsupported(config, PLAIN);
    const dModel = size(config, 'n_embd');
    const heads = size(config, 'n_head');
    const prefix = tensorNames.has('transformer.wte.weight') ? 'transformer.' : '';
    return {
      family: 'gpt2',
      layers: size(config, 'n_layer'),
      heads,
      keyValueHeads: heads,
      dModel,
      dHead: divide(dModel, heads, 'n_embd by n_head'),
      dMlp: size(config, 'n_inner', 4 * dModel),
      vocabulary: size(config, 'vocab_size'),
      context: size(config, 'n_positions'),
      norm: { kind: 'layer', eps: positive(config, 'layer_norm_epsilon', 1e-5) },
      activation: activation(config),
      positions: { kind: 'learned', table: `${prefix}wpe.weight` },
      embedding: `${prefix}wte.weight`,
      finalNorm: norm(`${prefix}ln_f`),
      unembedding: isTied(config, tensorNames) ? `${prefix}wte.weight` : 'lm_head.weight',
      block: (layer) => block(`${prefix}h.${layer}`, config[GGUF_LAYOUT] ? 'out-in' : 'in-out'),
    };
  },
};

/** Settings of GPT-2 configurations and the values under which the graph is the plain one. */
const PLAIN = {
  scale_attn_weights: [true],
  scale_attn_by_inverse_layer_idx: [false],
  add_cross_attention: [false],
  is_encoder_decoder: [false],
  quantization_config: [],
  auto_map: [],
};

const ACTIVATIONS: ReadonlyMap<unknown, Architecture['activation']> = new Map([
  ['gelu_new', 'gelu-tanh'],
  ['gelu_pytorch_tanh', 'gelu-tanh'],
  ['gelu', 'gelu'],
  ['relu', 'relu'],
  ['silu', 'silu'],
]);

function activation(config: Config): Architecture['activation'] {
  const name = config.activation_function ?? 'gelu_new';
  const known = ACTIVATIONS.get(name);
  if (!known) throw unsupported('activation_function', name);
  return known;
}

/** Always, but for GGUF files, which carry the matrix where it is another (or quantised otherwise). */
function isTied(config: Config, tensorNames: ReadonlySet<string>): boolean {
  return flag(config, 'tie_word_embeddings', !config[GGUF_LAYOUT] || !tensorNames.has('lm_head.weight'));
}

function block(name: string, layout: Linear['layout']) {
  const linear = (part: string): Linear => ({ ...norm(`${name}.${part}`), layout });
  return {
    attentionNorm: norm(`${name}.ln_1`),
    qkv: { fused: linear(`attn.c_attn`) },
    output: linear(`attn.c_proj`),
    mlpNorm: norm(`${name}.ln_2`),
    mlp: { up: linear(`mlp.c_fc`), down: linear(`mlp.c_proj`) },
  };
}

const norm = (name: string): Norm => ({ weight: `${name}.weight`, bias: `${name}.bias` });
