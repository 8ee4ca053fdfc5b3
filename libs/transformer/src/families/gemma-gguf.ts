import type { Family } from '../architecture.js';
import { GGUF_NORMS } from './gemma-like.js';
import { llamaLikeGguf } from './llama-like-gguf.js';

type Get = (key: string) => unknown;

interface GemmaVariation {
  architecture: string;
  keys?: readonly string[];
  settings?: (get: Get) => Record<string, unknown>;
  inBlock?: Readonly<Record<string, string>>;
}

/** GGUF's rules for the Gemmas: norms are stored as 1 + w. */
export const gemmaGguf = ({ settings, ...variation }: GemmaVariation): NonNullable<Family['gguf']> =>
  llamaLikeGguf({ ...variation, settings: (get) => ({ ...settings?.(get), [GGUF_NORMS]: true }) });

const SANDWICH = {
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
};

/**
 * GGUF does not store `query_pre_attn_scalar`; llama.cpp tells the one model of each generation that has another than
 * the head size, its largest (27B), by its number of layers.
 */
function queryScalar(get: Get, layersOf27B: number): unknown {
  const [layers, width, heads] = [get('block_count'), get('embedding_length'), get('attention.head_count')];
  const isLargest = layers === layersOf27B && typeof width === 'number' && typeof heads === 'number';
  return isLargest ? width / heads : get('attention.key_length');
}

export const gemma2Gguf = gemmaGguf({
  architecture: 'gemma2',
  keys: ['attn_logit_softcapping', 'final_logit_softcapping', 'attention.sliding_window'],
  inBlock: SANDWICH,
  settings: (get) => ({
    attn_logit_softcapping: get('attn_logit_softcapping'),
    final_logit_softcapping: get('final_logit_softcapping'),
    sliding_window: get('attention.sliding_window'),
    query_pre_attn_scalar: queryScalar(get, 46),
  }),
});

export const gemma3Gguf = gemmaGguf({
  architecture: 'gemma3',
  keys: [
    ...['final_logit_softcapping', 'attention.sliding_window'],
    ...['attention.sliding_window_pattern', 'rope.freq_base_swa'],
  ],
  inBlock: SANDWICH,
  settings: (get) => ({
    final_logit_softcapping: get('final_logit_softcapping'),
    sliding_window: get('attention.sliding_window'),
    ...slidingPattern(get('attention.sliding_window_pattern')),
    rope_local_base_freq: get('rope.freq_base_swa'),
    query_pre_attn_scalar: queryScalar(get, 62),
  }),
});

/** The distance between full layers, or a flag for each layer whether it slides. */
const slidingPattern = (pattern: unknown): Record<string, unknown> =>
  Array.isArray(pattern)
    ? { layer_types: pattern.map((slides) => (slides ? 'sliding_attention' : 'full_attention')) }
    : { sliding_window_pattern: pattern };
