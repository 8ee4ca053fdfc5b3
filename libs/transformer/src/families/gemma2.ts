import type { Family } from '../architecture.js';
import { optionalPositive, positive, size } from './config-reader.js';
import { gemma2Gguf } from './gemma-gguf.js';
import { gemmaLike, sandwichNorms } from './gemma-like.js';
import { LLAMA_IGNORES } from './llama-like.js';
import { slidingLayers } from './sliding-windows.js';

/** Gemma Team 2024, "Gemma 2: Improving Open Language Models at a Practical Size": every other layer slides. */
export const gemma2: Family = {
  id: 'gemma2',
  architectures: ['Gemma2ForCausalLM'],
  ignores: LLAMA_IGNORES,
  gguf: gemma2Gguf,
  architecture(config, tensorNames) {
    const base = gemmaLike(config, tensorNames, READS);
    const sliding = slidingLayers(config, (layer) => layer % 2 === 0);
    const window = size(config, 'sliding_window', 4096);
    return {
      family: 'gemma2',
      ...base,
      attentionScale: 1 / Math.sqrt(positive(config, 'query_pre_attn_scalar', 256)),
      attentionSoftCap: optionalPositive(config, 'attn_logit_softcapping', 50),
      logitSoftCap: optionalPositive(config, 'final_logit_softcapping', 30),
      block: (layer) => ({ ...base.block(layer), ...sandwichNorms(layer), ...(sliding[layer] && { window }) }),
    };
  },
};

const READS = [
  ...['sliding_window', 'layer_types', 'query_pre_attn_scalar'],
  ...['attn_logit_softcapping', 'final_logit_softcapping'],
];
