import type { Family } from '../architecture.js';
import { gpt2 } from './gpt2.js';

/**
 * Transformers without MLPs (Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"). The format is
 * GPT-2's, config.json and tensor names alike, less `ln_2` and `mlp` of every block.
 */
export const attentionOnly: Family = {
  id: 'attention-only',
  architectures: ['GPT2AttentionOnlyLMHeadModel'],
  ignores: gpt2.ignores,
  architecture(config, tensorNames) {
    const base = gpt2.architecture(config, tensorNames);
    return {
      ...base,
      family: 'attention-only',
      dMlp: 0,
      block(layer) {
        const { attentionNorm, qkv, output } = base.block(layer);
        return { attentionNorm, qkv, output };
      },
    };
  },
};
