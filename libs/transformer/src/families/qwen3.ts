import type { Family } from '../architecture.js';
import { flag } from './config-reader.js';
import { llamaLikeGguf } from './llama-like-gguf.js';
import { headNorms, LLAMA_IGNORES, llamaLike } from './llama-like.js';
import { QWEN_WINDOW, qwenWindow } from './qwen2.js';

/** Yang et al. 2025, "Qwen3 Technical Report", dense models: q and k of each head normalised, no biases. */
export const qwen3: Family = {
  id: 'qwen3',
  architectures: ['Qwen3ForCausalLM'],
  ignores: LLAMA_IGNORES,
  gguf: llamaLikeGguf({ architecture: 'qwen3' }),
  architecture(config, tensorNames) {
    const attention = flag(config, 'attention_bias', false);
    const biases = { qkv: attention, output: attention };
    const base = llamaLike(config, tensorNames, { reads: QWEN_WINDOW, biases, dHead: 128 });
    const window = qwenWindow(config);
    return {
      family: 'qwen3',
      ...base,
      block: (layer) => ({ ...base.block(layer), ...headNorms(layer), ...window(layer) }),
    };
  },
};
