import type { Architecture } from '@patchbay/transformer';
import { sourceOfHead, sourceOfMlp } from '@patchbay/transformer';

/** What goes from its corrupted to its clean value, and the sources first … end − 1 whose edges are scored on the way. */
export interface Way {
  of: { site: 'input' } | { site: 'z' | 'mlpOut'; layer: number };
  first: number;
  end: number;
}

/** All edges by the way of the input (Hanna et al. 2024). */
export const inputWay = ({ heads, layers }: Architecture): Way[] => [
  { of: { site: 'input' }, first: 0, end: sourceOfHead(heads, layers, 0) },
];

/** The edges out of the input, each layer's heads and each MLP by the way of these very outputs. */
export const activationWays = ({ heads, layers }: Architecture): Way[] => [
  { of: { site: 'input' }, first: 0, end: 1 },
  ...Array.from({ length: layers }, (_, layer): Way[] => {
    const [head, mlp] = [sourceOfHead(heads, layer, 0), sourceOfMlp(heads, layer)];
    return [
      { of: { site: 'z', layer }, first: head, end: mlp },
      { of: { site: 'mlpOut', layer }, first: mlp, end: mlp + 1 },
    ];
  }).flat(),
];
