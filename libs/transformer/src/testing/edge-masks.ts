import { floats } from '@patchbay/runtime';
import type { Architecture } from '../architecture.js';
import type { EdgeMasks } from '../engine/masked-run.js';
import { SourceOrder } from '../engine/sources.js';
import type { Floats } from '../engine/transformer.js';

/** A row's weight of the edge from a source to a destination (of a layer; −1 for the logits). */
export type Weigh = (row: number, source: number, layer: number, destination: number) => number;

/** Masks of a batch; a layer's is left out where nothing is removed, unless `all` are wanted. */
export function masksOf(architecture: Architecture, batch: number, weigh: Weigh, all = false): EdgeMasks {
  const { layers, heads } = architecture;
  const order = new SourceOrder(architecture);
  const mask = (sources: number, layer: number, from: number, to: number): Floats | undefined => {
    const width = to - from;
    const data = Float32Array.from({ length: batch * sources * width }, (_, i) =>
      weigh(Math.floor(i / width / sources), Math.floor(i / width) % sources, layer, from + (i % width)),
    );
    if (!all && data.every((v) => v === 0)) return undefined;
    return width === 1 ? floats(data, batch, sources) : floats(data, batch, sources, width);
  };
  const every = Array.from({ length: layers }, (_, l) => l);
  return {
    attention: every.map((l) => mask(order.head(l, 0), l, 0, 3 * heads)),
    mlp: every.map((l) =>
      order.mlp(l) === undefined ? undefined : mask(order.seenByMlp(l), l, 3 * heads, 3 * heads + 1),
    ),
    logits: mask(order.head(layers, 0), -1, 0, 1),
  };
}
