import { Random } from '@patchbay/tasks';

/** Whose norm is 1 in the decoder: see `DECODER_NORMS`. */
export type DecoderNorm = 'row' | 'feature';

/**
 * A sparse autoencoder (METHODS §3): a = ReLU((x − shift) Wₑᵀ + bias), x̂ = a W_d + shift.
 * Every row of Wₑ has unit norm; of W_d, what `decoderNorm` says.
 */
export interface Autoencoder {
  /** residual width */
  width: number;
  features: number;
  /** Wₑ [features, width] */
  encoder: Float32Array;
  /** W_d [features, width]: what each feature writes, a row each */
  decoder: Float32Array;
  /** taken from what is encoded and added to what is decoded [width] */
  shift: Float32Array;
  /** of the features before ReLU [features] */
  bias: Float32Array;
}

/** The parts of an autoencoder that are learned, by name, in the order that graphs take them. */
export const PARTS = ['encoder', 'decoder', 'shift', 'bias'] as const;
export type Part = (typeof PARTS)[number];

export const sizesOf = ({ width, features }: Pick<Autoencoder, 'width' | 'features'>): Record<Part, number[]> => ({
  encoder: [features, width],
  decoder: [features, width],
  shift: [width],
  bias: [features],
});

/**
 * Random weights as a linear layer of PyTorch begins (uniform in ± 1 / √inputs), scaled to unit norms; biases 0.
 * @param seed the same seed gives the same bits
 */
export function randomAutoencoder(
  { width, features, decoderNorm }: Pick<Autoencoder, 'width' | 'features'> & { decoderNorm: DecoderNorm },
  seed: number,
): Autoencoder {
  const random = new Random(seed);
  const uniform = (): Float32Array =>
    Float32Array.from({ length: features * width }, () => random.next() / 2 ** 31 - 1);
  // The uniform range scales out of unit norms.
  const encoder = uniform();
  const decoder = uniform();
  return unitNorms(
    { width, features, encoder, decoder, shift: new Float32Array(width), bias: new Float32Array(features) },
    decoderNorm,
  );
}

/** The same with the norms of its weights brought to 1. */
export function unitNorms(sae: Autoencoder, decoderNorm: DecoderNorm): Autoencoder {
  const { width, features, encoder, decoder } = sae;
  const rows = { lines: features, stride: width, count: width, step: 1 };
  const columns = { lines: width, stride: 1, count: features, step: width };
  return { ...sae, encoder: unit(encoder, rows), decoder: unit(decoder, decoderNorm === 'feature' ? rows : columns) };
}

/** Each line of a matrix divided by its length: line i has `count` elements from i · stride, `step` apart. */
function unit(
  matrix: Float32Array,
  { lines, stride, count, step }: { lines: number; stride: number; count: number; step: number },
): Float32Array {
  const scaled = new Float32Array(matrix.length);
  for (let line = 0; line < lines; line++) {
    const places = Array.from({ length: count }, (_, i) => line * stride + i * step);
    const norm = Math.sqrt(places.reduce((sum, at) => sum + (matrix[at] ?? 0) ** 2, 0));
    for (const at of places) scaled[at] = (matrix[at] ?? 0) / norm;
  }
  return scaled;
}
