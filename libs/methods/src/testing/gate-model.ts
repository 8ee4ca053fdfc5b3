import type { TensorValues } from '@patchbay/transformer';
import { writeGpt2 } from './write-gpt2.js';

/** @file A one-layer GPT-2 whose answer is a Boolean function of two bits, each brought to the end by a head of its own. */

export type Gate = 'and' | 'or';

const D = 14;
const HEAD = 7;
/** Residual dimensions, two for each quantity (v, −v): every LayerNorm sees mean 0 and a known variance. */
const BIT = 0;
const AT = [2, 4, 6] as const;
const COPY = [8, 10] as const;
const OUT = 12;
const PLACE = 3;
/** Scale of a LayerNorm whose input has these squares in total. */
const scale = (...values: number[]): number =>
  1 / Math.sqrt((2 * values.reduce((sum, v) => sum + v * v, 0)) / D + 1e-5);
const BIT_SCALE = scale(1, PLACE);
const END_SCALE = scale(PLACE, 1, 1);

/**
 * Writes the model as a Hugging Face folder. Tokens: 0 and 1 are the bits, 2 asks, 3 is the answer "true" and 4 is
 * never right. At the end the residual stream holds the bits as ±1 and the gate's value, 0 or 1, in OUT.
 */
export function writeGateModel(folder: string, gate: Gate): void {
  const config = {
    ...{ vocab_size: 6, n_positions: 3, n_embd: D, n_layer: 1, n_head: 2, n_inner: 2 },
    activation_function: 'relu',
    tie_word_embeddings: false,
  };
  writeGpt2(folder, { config, words: ['0', '1', '?', 'true', 'never', '<unk>'], tensors: weights(gate) });
}

function weights(gate: Gate): Record<string, TensorValues> {
  const embedding = matrix(6, D, (set) => {
    set(0, BIT, -1, true);
    set(1, BIT, 1, true);
  });
  const positions = matrix(3, D, (set) => AT.forEach((dim, position) => set(position, dim, PLACE, true)));
  // The asking position's code is the query, a bit position's code the key of its own head, the bit itself the value.
  const qkv = matrix(D, 3 * D, (set) => {
    for (const head of [0, 1]) {
      set(AT[2], head * HEAD, 100);
      set(AT[head as 0 | 1], D + head * HEAD, 100);
      set(BIT, 2 * D + head * HEAD, 1 / BIT_SCALE);
    }
  });
  const output = matrix(D, D, (set) => COPY.forEach((dim, head) => set(head * HEAD, dim, 1, true)));
  // (a + b) / 2 is −1, 0 or 1: and = relu(s), or = relu(s + 1) − relu(s)
  const up = matrix(D, 2, (set) => COPY.forEach((dim) => [0, 1].forEach((unit) => set(dim, unit, 0.5 / END_SCALE))));
  const down = matrix(2, D, (set) => {
    set(0, OUT, gate === 'and' ? 1 : -1, true);
    if (gate === 'or') set(1, OUT, 1, true);
  });
  const ones: TensorValues = { shape: [D], data: new Float32Array(D).fill(1) };
  const zeros = (n: number): TensorValues => ({ shape: [n], data: new Float32Array(n) });
  const norm = (name: string) => ({ [`${name}.weight`]: ones, [`${name}.bias`]: zeros(D) });
  return {
    'transformer.wte.weight': embedding,
    'transformer.wpe.weight': positions,
    ...norm('transformer.h.0.ln_1'),
    'transformer.h.0.attn.c_attn.weight': qkv,
    'transformer.h.0.attn.c_attn.bias': zeros(3 * D),
    'transformer.h.0.attn.c_proj.weight': output,
    'transformer.h.0.attn.c_proj.bias': zeros(D),
    ...norm('transformer.h.0.ln_2'),
    'transformer.h.0.mlp.c_fc.weight': up,
    'transformer.h.0.mlp.c_fc.bias': { shape: [2], data: Float32Array.of(0, 1) },
    'transformer.h.0.mlp.c_proj.weight': down,
    'transformer.h.0.mlp.c_proj.bias': zeros(D),
    ...norm('transformer.ln_f'),
    'lm_head.weight': matrix(6, D, (set) => set(3, OUT, 1)),
  };
}

type Set = (row: number, column: number, value: number, balanced?: boolean) => void;

/** `balanced` also writes −value into the next column. */
function matrix(rows: number, columns: number, fill: (set: Set) => void): TensorValues {
  const data = new Float32Array(rows * columns);
  fill((row, column, value, balanced = false) => {
    data[row * columns + column] = value;
    if (balanced) data[row * columns + column + 1] = -value;
  });
  return { shape: [rows, columns], data };
}
