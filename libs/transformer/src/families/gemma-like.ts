import type { Architecture, BlockWeights } from '../architecture.js';
import { flag, unsupported, type Config } from './config-reader.js';
import { blockName, llamaLike, type Variation } from './llama-like.js';

/** Set in the configuration of a GGUF file: its norms hold 1 + w, where Hugging Face's checkpoints hold w. */
export const GGUF_NORMS = 'gguf_norms';

const HEAD = 256;

/**
 * What all Gemmas share beside Llama's layout: norms that multiply by 1 + w, embeddings scaled by √d_model, a GELU in
 * the gated MLP (by the tanh formula, whichever of its names the configuration uses), heads of a size of their own.
 */
export function gemmaLike(
  config: Config,
  tensorNames: ReadonlySet<string>,
  reads: NonNullable<Variation['reads']> = [],
): Omit<Architecture, 'family'> {
  const activation = config.hidden_activation ?? config.hidden_act ?? 'gelu_pytorch_tanh';
  if (activation !== 'gelu_pytorch_tanh' && activation !== 'gelu') throw unsupported('hidden_activation', activation);
  const attention = flag(config, 'attention_bias', false);
  const base = llamaLike(config, tensorNames, {
    reads: ['hidden_act', ...reads],
    biases: { qkv: attention, output: attention },
    dHead: HEAD,
  });
  return {
    ...base,
    norm: config[GGUF_NORMS] ? base.norm : { ...base.norm, weightOffset: 1 },
    activation: 'gelu-tanh',
    embeddingScale: Math.sqrt(base.dModel),
  };
}

/** Gemma 2 and 3 also normalise what attention and MLP write; Llama's name for the MLP's norm is the attention's here. */
export function sandwichNorms(layer: number): Pick<BlockWeights, 'attentionPostNorm' | 'mlpNorm' | 'mlpPostNorm'> {
  const norm = (name: string) => ({ weight: `${blockName(layer)}.${name}_layernorm.weight` });
  return {
    attentionPostNorm: norm('post_attention'),
    mlpNorm: norm('pre_feedforward'),
    mlpPostNorm: norm('post_feedforward'),
  };
}
