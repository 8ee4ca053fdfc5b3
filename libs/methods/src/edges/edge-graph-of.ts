import { EdgeGraph } from '@patchbay/circuit';
import type { Architecture } from '@patchbay/transformer';

/** The edge graph of a model. */
export const edgeGraphOf = ({ layers, heads }: Architecture): EdgeGraph => new EdgeGraph({ layers, heads, mlps: true });
