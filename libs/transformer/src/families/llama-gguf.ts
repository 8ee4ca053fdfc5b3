import type { Family } from '../architecture.js';
import { llamaLikeGguf } from './llama-like-gguf.js';

/** llama.cpp permutes the rows of q and k in files of this architecture, and of none of its successors. */
export const gguf: NonNullable<Family['gguf']> = {
  ...llamaLikeGguf({ architecture: 'llama' }),
  permutedHeads(tensor, config) {
    const projection = /\.self_attn\.([qk])_proj\.(weight|bias)$/.exec(tensor)?.[1];
    const heads = projection === 'q' ? config.num_attention_heads : config.num_key_value_heads;
    return projection && typeof heads === 'number' ? heads : null;
  },
};
