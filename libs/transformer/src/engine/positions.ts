import { type Tensor, floats } from '@patchbay/runtime';
import type { Architecture } from '../architecture.js';

/** cos and sin of the rotary angles of positions start … start + seq − 1, each [seq, 1, d_head]; zeros where unused. */
export function rotaryAngles({ positions, dHead }: Architecture, start: number, seq: number) {
  const cos = new Float32Array(seq * dHead);
  const sin = new Float32Array(seq * dHead);
  if (positions.kind === 'rotary') {
    const half = dHead / 2;
    for (let t = 0; t < seq; t++) {
      for (let i = 0; i < dHead; i++) {
        const angle = (start + t) * (positions.inverseFrequencies[i % half] ?? 0);
        cos[t * dHead + i] = Math.cos(angle);
        sin[t * dHead + i] = Math.sin(angle);
      }
    }
  }
  return { cos: floats(cos, seq, 1, dHead), sin: floats(sin, seq, 1, dHead) };
}

/**
 * What is added to attention scores so that no query sees a later key: [group · queries, start + seq], 0 or −∞.
 * Queries are positions start + keepFrom … start + seq − 1, repeated for each head of a key's group.
 */
export function causalBias(x: { group: number; start: number; seq: number; keepFrom: number }): Tensor<Float32Array> {
  const queries = x.seq - x.keepFrom;
  const keys = x.start + x.seq;
  const bias = new Float32Array(x.group * queries * keys);
  for (let row = 0; row < x.group * queries; row++) {
    const position = x.start + x.keepFrom + (row % queries);
    bias.fill(-Infinity, row * keys + position + 1, (row + 1) * keys);
  }
  return floats(bias, x.group * queries, keys);
}
