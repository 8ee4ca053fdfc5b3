import { writeTinyGpt2 } from './tiny-gpt2.js';
import { float32, safetensorsOf } from './build-safetensors.js';

const SHAPE = { layers: 3, width: 16, heads: 4, keyValueHeads: 2, head: 4, hidden: 24, vocabulary: 40 };

/** A Llama with grouped keys, rotary positions and biases in attention, weights drawn so that every part matters. */
export function writeTinyLlama(folder: string): string {
  const { layers, width, heads, keyValueHeads, head, hidden, vocabulary } = SHAPE;
  const shapes: Record<string, number[]> = { 'model.embed_tokens.weight': [vocabulary, width] };
  for (let layer = 0; layer < layers; layer++) {
    const name = `model.layers.${layer}`;
    for (const [part, n] of Object.entries({ q: heads, k: keyValueHeads, v: keyValueHeads })) {
      shapes[`${name}.self_attn.${part}_proj.weight`] = [n * head, width];
      shapes[`${name}.self_attn.${part}_proj.bias`] = [n * head];
    }
    shapes[`${name}.self_attn.o_proj.weight`] = [width, heads * head];
    shapes[`${name}.self_attn.o_proj.bias`] = [width];
    shapes[`${name}.mlp.gate_proj.weight`] = [hidden, width];
    shapes[`${name}.mlp.up_proj.weight`] = [hidden, width];
    shapes[`${name}.mlp.down_proj.weight`] = [width, hidden];
    shapes[`${name}.input_layernorm.weight`] = [width];
    shapes[`${name}.post_attention_layernorm.weight`] = [width];
  }
  shapes['model.norm.weight'] = [width];
  let drawn = 0;
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    // A fixed sequence that looks drawn (Weyl's, √2): values in −0.7 … 0.7.
    const values = Array.from({ length: count }, () => (((++drawn * Math.SQRT2) % 1) - 0.5) * 1.4);
    return [name, float32(shape, values)] as const;
  });
  return writeTinyGpt2(folder, {
    'config.json': {
      architectures: ['LlamaForCausalLM'],
      ...{ num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads, head_dim: head },
      ...{ num_key_value_heads: keyValueHeads, intermediate_size: hidden, vocab_size: vocabulary },
      ...{ max_position_embeddings: 32, rms_norm_eps: 1e-5, rope_theta: 100, attention_bias: true },
      ...{ hidden_act: 'silu', tie_word_embeddings: true },
    },
    'model.safetensors': safetensorsOf(Object.fromEntries(tensors)),
  });
}
