import { EdgeGraph } from '@patchbay/circuit';
import { type Architecture, hasPositionSource } from '@patchbay/transformer';

/** The edge graph of a model. */
export const edgeGraphOf = (architecture: Architecture): EdgeGraph =>
  new EdgeGraph({
    layers: architecture.layers,
    heads: architecture.heads,
    mlps: architecture.dMlp > 0,
    parallel: architecture.mlpReads === 'resid-pre',
    positionSource: hasPositionSource(architecture),
  });
