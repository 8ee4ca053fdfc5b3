import type { Family } from '../architecture.js';
import { flag } from './config-reader.js';
import { gguf } from './llama-gguf.js';
import { LLAMA_IGNORES, llamaLike } from './llama-like.js';

/** Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models", and its successors of the same graph. */
export const llama: Family = {
  id: 'llama',
  architectures: ['LlamaForCausalLM'],
  ignores: LLAMA_IGNORES,
  gguf,
  architecture(config, tensorNames) {
    const attention = flag(config, 'attention_bias', false);
    const biases = { qkv: attention, output: attention, mlp: flag(config, 'mlp_bias', false) };
    return { family: 'llama', ...llamaLike(config, tensorNames, { biases }) };
  },
};
