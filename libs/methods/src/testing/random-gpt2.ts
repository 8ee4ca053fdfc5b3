import { Random } from '@patchbay/tasks';
import type { TensorValues } from '@patchbay/transformer';
import { writeGpt2 } from './write-gpt2.js';

const [D, HEADS, HEAD, HIDDEN, WORDS, CONTEXT, LAYERS] = [16, 2, 8, 24, 13, 8, 2];

/**
 * Writes a GPT-2 of two layers, two heads each, width 16 and random weights large enough that attention, MLPs and norms
 * all bend what passes. @param silent a head of the first layer that writes zero
 */
export function writeRandomGpt2(folder: string, seed: number, silent?: number): void {
  const random = new Random(seed);
  const drawn = (shape: number[], size: number, middle = 0): TensorValues => {
    const count = shape.reduce((a, b) => a * b, 1);
    // uniform over ± √3 · size, whose standard deviation is `size`
    const draw = (): number => middle + size * Math.sqrt(3) * (random.next() / 2 ** 31 - 1);
    return { shape, data: Float32Array.from({ length: count }, draw) };
  };
  const norm = (name: string) => ({ [`${name}.weight`]: drawn([D], 0.2, 1), [`${name}.bias`]: drawn([D], 0.2) });
  const linear = (name: string, from: number, to: number) => ({
    [`${name}.weight`]: drawn([from, to], 1.2 / Math.sqrt(from)),
    [`${name}.bias`]: drawn([to], 0.2),
  });
  const block = (layer: number): Record<string, TensorValues> => {
    const name = `transformer.h.${layer}`;
    return {
      ...norm(`${name}.ln_1`),
      ...linear(`${name}.attn.c_attn`, D, 3 * D),
      ...linear(`${name}.attn.c_proj`, D, D),
      ...norm(`${name}.ln_2`),
      ...linear(`${name}.mlp.c_fc`, D, HIDDEN),
      ...linear(`${name}.mlp.c_proj`, HIDDEN, D),
    };
  };
  const tensors: Record<string, TensorValues> = {
    'transformer.wte.weight': drawn([WORDS, D], 1),
    'transformer.wpe.weight': drawn([CONTEXT, D], 0.5),
    ...Array.from({ length: LAYERS }, (_, l) => block(l)).reduce((a, b) => ({ ...a, ...b })),
    ...norm('transformer.ln_f'),
  };
  if (silent !== undefined) {
    tensors['transformer.h.0.attn.c_proj.weight']?.data.fill(0, silent * HEAD * D, (silent + 1) * HEAD * D);
  }
  const config = {
    ...{ vocab_size: WORDS, n_positions: CONTEXT, n_embd: D, n_layer: LAYERS, n_head: HEADS, n_inner: HIDDEN },
    activation_function: 'gelu_new',
    tie_word_embeddings: true,
  };
  writeGpt2(folder, { config, words: Array.from({ length: WORDS }, (_, i) => `t${i}`), tensors });
}
