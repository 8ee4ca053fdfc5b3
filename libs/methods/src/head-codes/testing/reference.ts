import { readFileSync } from 'node:fs';
import type { Autoencoder, DecoderNorm } from '../sae/autoencoder.js';

const folder = new URL('../../../../../tests/fixtures/headcodes/', import.meta.url);

interface Variant {
  losses: number[];
  codes: number[][];
  zero_fraction: number;
  node_score: number[];
  node_union: number[];
  node_score_normalised: number[];
  node_softmax: number[];
  edge_score: number[][];
  edge_head_counts: number[];
  edge_head_softmax: number[];
  permutation_scores: number[][];
  z: number[];
}

export interface Reference {
  shape: { N: number; heads: number; D: number; F: number };
  positives: number[];
  train_rows: number[];
  lambda_: number;
  lr: number;
  steps: number;
  variants: Record<DecoderNorm, Variant>;
  permutations_positive_rows: number[][];
}

export const reference = JSON.parse(readFileSync(new URL('reference.json', folder), 'utf8')) as Reference;

const bytes = readFileSync(new URL('reference.safetensors', folder));
const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<
  string,
  { dtype: 'F32' | 'F64'; shape: number[]; data_offsets: [number, number] }
>;

/** A tensor of the reference, as float32. */
export function tensorOf(name: string): { data: Float32Array; shape: number[] } {
  const entry = header[name];
  if (!entry) throw new Error(`no tensor ${name}`);
  const part = bytes.subarray(headerEnd + entry.data_offsets[0], headerEnd + entry.data_offsets[1]);
  const { buffer } = Uint8Array.from(part);
  return {
    data: entry.dtype === 'F32' ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer)),
    shape: entry.shape,
  };
}

/** Autoencoder `init` or `final.row`: the reference keeps W_d as [width, features]. */
export function autoencoderOf(name: string): Autoencoder {
  const { D: width, F: features } = reference.shape;
  const stored = tensorOf(`${name}.Wd`).data;
  const decoder = new Float32Array(stored.length);
  stored.forEach((value, i) => (decoder[(i % features) * width + Math.floor(i / features)] = value));
  const [encoder, shift, bias] = ['We', 'b', 'c'].map((part) => tensorOf(`${name}.${part}`).data) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return { width, features, encoder, decoder, shift, bias };
}
