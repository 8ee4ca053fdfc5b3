import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A GPT-2 of any size with random weights: what costs depend on is its shape alone. */
export interface Size {
  layers: number;
  dModel: number;
  heads: number;
  vocabulary: number;
  /** longest prompt */
  context: number;
}

/** Writes the model as a Hugging Face folder. */
export function writeRandomModel(folder: string, size: Size): void {
  const { layers, dModel, heads, vocabulary, context } = size;
  mkdirSync(folder, { recursive: true });
  const json = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  json('config.json', {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    ...{ vocab_size: vocabulary, n_positions: context, n_embd: dModel, n_layer: layers, n_head: heads },
    ...{ activation_function: 'gelu_new', layer_norm_epsilon: 1e-5, tie_word_embeddings: true },
  });
  const vocab = Object.fromEntries(Array.from({ length: vocabulary }, (_, id) => [`w${id}`, id]));
  json('tokenizer.json', {
    ...{ version: '1.0', added_tokens: [], normalizer: null, post_processor: null, decoder: null },
    pre_tokenizer: { type: 'WhitespaceSplit' },
    model: { type: 'WordLevel', vocab, unk_token: 'w0' },
  });
  json('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast' });
  writeFileSync(join(folder, 'model.safetensors'), safetensors(shapesOf(layers, dModel, vocabulary, context)));
}

/** Pairs of random prompts that differ from their second token on, one a line. */
export function randomTask(pairs: number, tokens: number, vocabulary: number): string {
  const random = generator(pairs + tokens);
  const word = (): number => Math.floor(random() * vocabulary);
  return Array.from({ length: pairs }, () => {
    const clean = Array.from({ length: tokens }, word);
    const corrupted = clean.map((id, at) => (at === 1 ? (id + 1) % vocabulary : id));
    const answer = word();
    const wrong = (answer + 1) % vocabulary;
    return JSON.stringify({
      ...{ clean: 'as ids', corrupted: 'as ids', answer: 'as id', wrong: 'as id' },
      ...{ clean_ids: clean, corrupted_ids: corrupted, answer_id: answer, wrong_id: wrong },
    });
  }).join('\n');
}

function shapesOf(layers: number, d: number, vocabulary: number, context: number): Record<string, number[]> {
  const norm = (name: string) => ({ [`${name}.weight`]: [d], [`${name}.bias`]: [d] });
  const block = (name: string) => ({
    ...norm(`${name}.ln_1`),
    ...{ [`${name}.attn.c_attn.weight`]: [d, 3 * d], [`${name}.attn.c_attn.bias`]: [3 * d] },
    ...{ [`${name}.attn.c_proj.weight`]: [d, d], [`${name}.attn.c_proj.bias`]: [d] },
    ...norm(`${name}.ln_2`),
    ...{ [`${name}.mlp.c_fc.weight`]: [d, 4 * d], [`${name}.mlp.c_fc.bias`]: [4 * d] },
    ...{ [`${name}.mlp.c_proj.weight`]: [4 * d, d], [`${name}.mlp.c_proj.bias`]: [d] },
  });
  const blocks = Array.from({ length: layers }, (_, layer) => block(`h.${layer}`));
  return Object.assign(
    { 'wte.weight': [vocabulary, d], 'wpe.weight': [context, d] },
    ...blocks,
    norm('ln_f'),
  ) as Record<string, number[]>;
}

function safetensors(shapes: Record<string, number[]>): Buffer {
  const random = generator(1);
  let end = 0;
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const isScale = /ln_\w+\.weight$/.test(name);
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
      isScale ? 1 : 0.1 * (random() - 0.5),
    );
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += data.byteLength)] };
    parts.push(Buffer.from(data.buffer));
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([size, padded, ...parts]);
}

/** Numerical Recipes' linear congruential generator: enough for weights that only have to differ. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}
