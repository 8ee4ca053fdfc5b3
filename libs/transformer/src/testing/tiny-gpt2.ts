import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, safetensorsOf, type Values } from './build-safetensors.js';

export const tinyGpt2Config = {
  architectures: ['GPT2LMHeadModel'],
  ...{ n_layer: 1, n_head: 2, n_embd: 4, n_inner: 6, n_positions: 5, vocab_size: 3 },
  ...{ activation_function: 'gelu_new', layer_norm_epsilon: 1e-5, tie_word_embeddings: true },
};

export const tinyTokenizer = {
  added_tokens: [],
  ...{ normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder: null },
  model: { type: 'WordLevel', vocab: { '<unk>': 0, a: 1, b: 2 }, unk_token: '<unk>' },
};

/** One layer, two heads; values count upwards in quarters, which float16 and bfloat16 hold exactly. */
export function tinyGpt2Tensors(prefix = ''): Record<string, Values> {
  const shapes: Record<string, number[]> = {
    ...{ 'wte.weight': [3, 4], 'wpe.weight': [5, 4], 'ln_f.weight': [4], 'ln_f.bias': [4] },
    ...{ 'h.0.ln_1.weight': [4], 'h.0.ln_1.bias': [4], 'h.0.ln_2.weight': [4], 'h.0.ln_2.bias': [4] },
    ...{ 'h.0.attn.c_attn.weight': [4, 12], 'h.0.attn.c_attn.bias': [12] },
    ...{ 'h.0.attn.c_proj.weight': [4, 4], 'h.0.attn.c_proj.bias': [4] },
    ...{ 'h.0.mlp.c_fc.weight': [4, 6], 'h.0.mlp.c_fc.bias': [6] },
    ...{ 'h.0.mlp.c_proj.weight': [6, 4], 'h.0.mlp.c_proj.bias': [4] },
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      return [
        prefix + name,
        float32(
          shape,
          Array.from({ length: count }, (_, i) => i / 4),
        ),
      ];
    }),
  );
}

/** A model's folder; `files` replace or, where null, remove what it holds by default. */
export function writeTinyGpt2(folder: string, files: Record<string, Uint8Array | object | null> = {}): string {
  mkdirSync(folder, { recursive: true });
  const all: Record<string, Uint8Array | object | null> = {
    'config.json': tinyGpt2Config,
    'tokenizer.json': tinyTokenizer,
    'model.safetensors': safetensorsOf(tinyGpt2Tensors()),
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    if (content === null) continue;
    writeFileSync(join(folder, name), content instanceof Uint8Array ? content : JSON.stringify(content));
  }
  return folder;
}
