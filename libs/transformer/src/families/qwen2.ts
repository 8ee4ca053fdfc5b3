import type { BlockWeights, Family } from '../architecture.js';
import { flag, size, type Config } from './config-reader.js';
import { llamaLikeGguf } from './llama-like-gguf.js';
import { LLAMA_IGNORES, llamaLike } from './llama-like.js';
import { slidingLayers } from './sliding-windows.js';

/** Yang et al. 2024, "Qwen2 Technical Report" (and Qwen 2.5): biases on q, k and v. */
export const qwen2: Family = {
  id: 'qwen2',
  architectures: ['Qwen2ForCausalLM'],
  ignores: LLAMA_IGNORES,
  gguf: llamaLikeGguf({ architecture: 'qwen2' }),
  architecture(config, tensorNames) {
    const base = llamaLike(config, tensorNames, { reads: QWEN_WINDOW, biases: { qkv: true } });
    const window = qwenWindow(config);
    return { family: 'qwen2', ...base, block: (layer) => ({ ...base.block(layer), ...window(layer) }) };
  },
};

/** Settings that `qwenWindow` reads. */
export const QWEN_WINDOW = ['sliding_window', 'use_sliding_window', 'layer_types'];

/** Qwen's upper layers may slide, from `max_window_layers` on; as released none does. */
export function qwenWindow(config: Config): (layer: number) => Pick<BlockWeights, 'window'> {
  if (!flag(config, 'use_sliding_window', false)) return () => ({});
  const firstSliding = size(config, 'max_window_layers', 28);
  const sliding = slidingLayers(config, (layer) => layer >= firstSliding);
  const window = size(config, 'sliding_window', 4096);
  return (layer) => (sliding[layer] ? { window } : {});
}
