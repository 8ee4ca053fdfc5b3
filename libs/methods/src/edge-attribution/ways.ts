import { type Architecture, SourceOrder } from '@patchbay/transformer';

/** What goes from its corrupted to its clean value, and the sources first … end − 1 whose edges are scored on the way. */
export interface Way {
  of: { site: 'input' } | { site: 'z' | 'mlpOut'; layer: number };
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
    const [head, mlp] = [order.head(layer, 0), order.head(layer, heads)];
    return [
      { of: { site: 'z', layer }, first: head, end: mlp },
      { of: { site: 'mlpOut', layer }, first: mlp, end: mlp + 1 },
    ];
  };
  return [{ of: { site: 'input' }, first: 0, end: 1 }, ...Array.from({ length: layers }, (_, l) => ofLayer(l)).flat()];
}
