import { type Tensor, floats } from '@patchbay/runtime';
import type { Architecture } from '../architecture.js';

/** Rotary frequencies of a layer; none under learned positions. */
function frequenciesOf({ positions, block }: Architecture, layer: number): readonly number[] {
  return positions.kind === 'rotary' ? (block(layer).inverseFrequencies ?? positions.inverseFrequencies) : [];
}

/** How many values of each head's q and k are turned: two for each frequency. */
export const turnedWidth = (architecture: Architecture, layer: number): number =>
  2 * frequenciesOf(architecture, layer).length;

/** cos and sin of a layer's rotary angles at positions start … start + seq − 1, each [seq, 1, turned values]. */
export function rotaryAngles(architecture: Architecture, layer: number, start: number, seq: number) {
  const frequencies = frequenciesOf(architecture, layer);
  const width = 2 * frequencies.length;
  const cos = new Float32Array(seq * width);
  const sin = new Float32Array(seq * width);
  for (let t = 0; t < seq; t++) {
    for (let i = 0; i < width; i++) {
      const angle = (start + t) * (frequencies[i % frequencies.length] ?? 0);
      cos[t * width + i] = Math.cos(angle);
      sin[t * width + i] = Math.sin(angle);
    }
  }
  return { cos: floats(cos, seq, 1, width), sin: floats(sin, seq, 1, width) };
}

/** Queries start + keepFrom … start + seq − 1, repeated for each head of a key's group, over keys 0 … start + seq − 1. */
interface Extent {
  group: number;
  start: number;
  seq: number;
  keepFrom: number;
}

/**
 * What is added to a layer's attention scores so that no query sees a key that it must not: a later one, one that its
 * window has left, or none at all where attention is bidirectional. [group · queries, start + seq], 0 or −∞.
 */
export function attentionBias(
  { attention = 'causal', block }: Architecture,
  layer: number,
  { group, start, seq, keepFrom }: Extent,
): Tensor<Float32Array> {
  const queries = seq - keepFrom;
  const keys = start + seq;
  const window = block(layer).window ?? keys;
  const bias = new Float32Array(group * queries * keys);
  for (let row = 0; row < group * queries; row++) {
    const position = start + keepFrom + (row % queries);
    if (attention === 'causal') bias.fill(-Infinity, row * keys + position + 1, (row + 1) * keys);
    bias.fill(-Infinity, row * keys, row * keys + Math.max(0, position + 1 - window));
  }
  return floats(bias, group * queries, keys);
}

/** Positions whose outputs are the model's answer to a prompt: the last one, or where its program gives outputs. */
export const readPositions = ({ outputs }: Architecture, length: number): readonly number[] =>
  outputs?.positions ?? [length - 1];

/** First position that the answer is read from. */
export const firstReadOf = (architecture: Architecture, length: number): number =>
  Math.min(...readPositions(architecture, length));
