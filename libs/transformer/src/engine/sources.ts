import type { Architecture } from '../architecture.js';

/** A compiled program's tokens and positions are sources of their own; elsewhere their sum is one source, the input. */
export const hasPositionSource = ({ outputs, positions }: Architecture): boolean =>
  outputs !== undefined && positions.kind === 'learned';

/** Where sources stand among those of the model: the input (and positions), then by layer its heads and its MLP. */
export class SourceOrder {
  /** sources before the first layer */
  readonly inputs: number;
  readonly #heads: number;
  readonly #perLayer: number;
  readonly #parallel: boolean;

  constructor(architecture: Architecture) {
    this.inputs = hasPositionSource(architecture) ? 2 : 1;
    this.#heads = architecture.heads;
    this.#perLayer = architecture.heads + (architecture.dMlp > 0 ? 1 : 0);
    this.#parallel = architecture.mlpReads === 'resid-pre';
  }

  head(layer: number, head: number): number {
    return this.inputs + layer * this.#perLayer + head;
  }

  /** Undefined in an attention-only model. */
  mlp(layer: number): number | undefined {
    return this.#perLayer > this.#heads ? this.head(layer, this.#heads) : undefined;
  }

  /** How many sources an MLP sees: those before its layer and, unless it reads beside them, its own layer's heads. */
  seenByMlp(layer: number): number {
    return this.head(layer, this.#parallel ? 0 : this.#heads);
  }
}
