import type { BlockWeights, Family } from '../architecture.js';
import { optionalPositive, positive, size, type Config } from './config-reader.js';
import { gemma3Gguf } from './gemma-gguf.js';
import { gemmaLike, sandwichNorms } from './gemma-like.js';
import { headNorms, LLAMA_IGNORES } from './llama-like.js';
import { inverseFrequencies } from './rotary-frequencies.js';
import { slidingLayers } from './sliding-windows.js';

/** Gemma Team 2025, "Gemma 3 Technical Report", text models: five sliding layers to a full one, each with its own base. */
export const gemma3: Family = {
  id: 'gemma3',
  architectures: ['Gemma3ForCausalLM'],
  ignores: LLAMA_IGNORES,
  gguf: gemma3Gguf,
  architecture(config, tensorNames) {
    const { full, local } = rotarySettings(config);
    const base = gemmaLike({ ...config, ...full }, tensorNames, READS);
    const pattern = size(config, 'sliding_window_pattern', 6);
    const sliding = slidingLayers(config, (layer) => (layer + 1) % pattern !== 0);
    const slides: BlockWeights['window'] = size(config, 'sliding_window', 4096);
    const localBlock = { window: slides, inverseFrequencies: inverseFrequencies(local, base.dHead) };
    return {
      family: 'gemma3',
      ...base,
      attentionScale: 1 / Math.sqrt(positive(config, 'query_pre_attn_scalar', 256)),
      attentionSoftCap: optionalPositive(config, 'attn_logit_softcapping'),
      logitSoftCap: optionalPositive(config, 'final_logit_softcapping'),
      block: (layer) => ({
        ...{ ...base.block(layer), ...sandwichNorms(layer), ...headNorms(layer) },
        ...(sliding[layer] && localBlock),
      }),
    };
  },
};

const READS = [
  ...['sliding_window', 'layer_types', 'query_pre_attn_scalar'],
  ...['attn_logit_softcapping', 'final_logit_softcapping'],
];

/** Settings of full and of sliding layers: transformers 5 nests them by kind, older files give two bases. */
function rotarySettings(config: Config): { full: Config; local: Config } {
  const nested = config.rope_parameters as { full_attention?: unknown; sliding_attention?: unknown } | undefined;
  if (nested) {
    return {
      full: { rope_theta: undefined, rope_parameters: nested.full_attention },
      local: { rope_parameters: nested.sliding_attention },
    };
  }
  return {
    full: { rope_theta: positive(config, 'rope_theta', 1_000_000) },
    local: { rope_theta: positive(config, 'rope_local_base_freq', 10_000) },
  };
}
