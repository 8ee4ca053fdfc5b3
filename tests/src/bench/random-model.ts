import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TensorValues, encodeSafetensors } from '@patchbay/transformer';
import { randomNumbers } from './random-numbers.js';
import { wordTokenizer } from './word-tokenizer.js';

/** A GPT-2 of any size with random weights: what costs depend on is its shape alone. */
export interface Size {
  layers: number;
  heads: number;
  dModel: number;
  vocabulary: number;
  /** longest prompt */
  context: number;
}

/** Standard deviation of GPT-2's weights before training. */
const SPREAD = 0.02;

/** Writes the model as a Hugging Face folder, always the same for one size, with a tokenizer of words `w3`, `w4`, … */
export function writeRandomModel(folder: string, size: Size): void {
  const { layers, heads, dModel, vocabulary, context } = size;
  mkdirSync(folder, { recursive: true });
  const json = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  json('config.json', {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    ...{ vocab_size: vocabulary, n_positions: context, n_embd: dModel, n_layer: layers, n_head: heads },
    ...{ activation_function: 'gelu_new', layer_norm_epsilon: 1e-5, tie_word_embeddings: true },
    ...{ bos_token_id: 0, eos_token_id: 0 },
  });
  const { tokenizer, config } = wordTokenizer(vocabulary);
  json('tokenizer.json', tokenizer);
  json('tokenizer_config.json', config);
  writeFileSync(join(folder, 'model.safetensors'), encodeSafetensors(randomWeights(size), { format: 'pt' }));
}

/** As GPT-2's are before training: what is written into the residual stream shrinks with the depth, biases are zero. */
function randomWeights({ layers, dModel: d, vocabulary, context }: Size): Record<string, TensorValues> {
  const random = randomNumbers(1);
  const filled = (shape: number[], value: () => number): TensorValues => {
    return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value) };
  };
  // uniform over ± √3 · spread, whose standard deviation is `spread`
  const drawn = (shape: number[], spread = SPREAD): TensorValues =>
    filled(shape, () => spread * Math.sqrt(3) * (2 * random() - 1));
  const norm = (name: string) => ({
    [`${name}.weight`]: filled([d], () => 1),
    [`${name}.bias`]: filled([d], () => 0),
  });
  const linear = (name: string, from: number, to: number, spread = SPREAD) => ({
    [`${name}.weight`]: drawn([from, to], spread),
    [`${name}.bias`]: filled([to], () => 0),
  });
  const written = SPREAD / Math.sqrt(2 * layers);
  const block = (name: string): Record<string, TensorValues> => ({
    ...norm(`${name}.ln_1`),
    ...linear(`${name}.attn.c_attn`, d, 3 * d),
    ...linear(`${name}.attn.c_proj`, d, d, written),
    ...norm(`${name}.ln_2`),
    ...linear(`${name}.mlp.c_fc`, d, 4 * d),
    ...linear(`${name}.mlp.c_proj`, 4 * d, d, written),
  });
  const blocks = Array.from({ length: layers }, (_, layer) => block(`transformer.h.${layer}`));
  return Object.assign(
    { 'transformer.wte.weight': drawn([vocabulary, d]), 'transformer.wpe.weight': drawn([context, d]) },
    ...blocks,
    norm('transformer.ln_f'),
  ) as Record<string, TensorValues>;
}
