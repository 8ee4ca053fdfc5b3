import { type Architecture, SourceOrder } from '@patchbay/transformer';

/** What goes from its ablated to its clean value: the sources first … end − 1, whose edges are scored on the way. */
export interface Way {
  /** where these sources write: before the first block, or in one as its heads or its MLP */
  of: { site: 'input' } | { site: 'heads' | 'mlp'; layer: number };
  first: number;
  end: number;
}

/** All edges by the way of the input (Hanna et al. 2024). */
export const inputWay = (architecture: Architecture): Way[] => [
  { of: { site: 'input' }, first: 0, end: new SourceOrder(architecture).head(architecture.layers, 0) },
];

/** The edges out of the input, each layer's heads and each MLP by the way of these very outputs. */
export function activationWays(architecture: Architecture): Way[] {
  const order = new SourceOrder(architecture);
  const { heads, layers } = architecture;
  const ofLayer = (layer: number): Way[] => {
    const [head, mlp] = [order.head(layer, 0), order.mlp(layer)];
    const ofHeads: Way = { of: { site: 'heads', layer }, first: head, end: head + heads };
    return mlp === undefined ? [ofHeads] : [ofHeads, { of: { site: 'mlp', layer }, first: mlp, end: mlp + 1 }];
  };
  const input: Way = { of: { site: 'input' }, first: 0, end: order.inputs };
  return [input, ...Array.from({ length: layers }, (_, l) => ofLayer(l)).flat()];
}
