import type { Family } from '../architecture.js';
import { gemmaLike } from './gemma-like.js';
import { gemmaGguf } from './gemma-gguf.js';
import { LLAMA_IGNORES } from './llama-like.js';

/** Gemma Team 2024, "Gemma: Open Models Based on Gemini Research and Technology". */
export const gemma: Family = {
  id: 'gemma',
  architectures: ['GemmaForCausalLM'],
  ignores: LLAMA_IGNORES,
  gguf: gemmaGguf({ architecture: 'gemma' }),
  architecture: (config, tensorNames) => ({ family: 'gemma', ...gemmaLike(config, tensorNames) }),
};
