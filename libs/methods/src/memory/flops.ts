import type { Architecture } from '@patchbay/transformer';
import { sourcesOf } from './bytes.js';

/** Of one token in one block: two a weight of its matrices, and attention's products with so many keys. */
export function blockFlops({ dModel, dMlp, heads, keyValueHeads, dHead, block }: Architecture, keys: number): number {
  const attention = dModel * dHead * 2 * (heads + keyValueHeads);
  const mlp = dMlp * dModel * (block(0).mlp?.gate ? 3 : 2);
  return 2 * (attention + mlp) + 4 * keys * heads * dHead;
}

/** Of one token in one block where every head's q, k and v read inputs of their own, made of so many sources' changes. */
export function edgeBlockFlops(architecture: Architecture, keys: number, sources = sourcesOf(architecture)): number {
  return blockFlops(architecture, keys) + 2 * sources * 3 * architecture.heads * architecture.dModel;
}
