import { mlpName } from '@patchbay/circuit';
import { type Floats, type Transformer, atRead, keptAt, takeRows, wholly } from '@patchbay/transformer';
import { type EdgeRuns, type Sent, added, takeChanges } from '../edges/edge-runs.js';

/**
 * Step 2 of path patching (Wang et al. 2022): the base run, every head frozen, in which one sender of each row takes
 * the donor's value. With heads frozen positions do not interact, so only those from `start` on are computed; and a
 * sender changes nothing before its layer, so rows join the batch where their sender writes.
 */
export class FrozenStream {
  #layer = 0;
  #resid: Floats;

  /** @param sent in the order of the sources */
  constructor(
    readonly model: Transformer,
    readonly runs: EdgeRuns,
    readonly sent: readonly Sent[],
    readonly start: number,
  ) {
    const { dModel } = model.architecture;
    this.#resid = { data: new Float32Array(0), dims: [0, runs.baselines.base.length - start, dModel] };
  }

  /**
   * Residual stream of the rows that have joined [rows, positions, d_model], before the layer gone to; after the last
   * one, where the answer is read.
   */
  get resid(): Floats {
    return this.#resid;
  }

  /** Goes on to a layer, its MLPs recomputed. */
  async recomputeTo(layer: number): Promise<void> {
    while (this.#layer < layer) {
      const mlp = this.runs.graph.destination(mlpName(this.#layer));
      if (mlp !== undefined) this.join(this.runs.graph.seenBy(mlp));
      if (this.#rows > 0) this.#resid = (await this.#block(['residPost'])).residPost;
      this.#layer++;
    }
    if (layer === this.model.architecture.layers) this.#resid = this.#read(this.#resid);
  }

  /** Goes on to a layer, its MLPs frozen too: what was written before reaches it unchanged. */
  freezeTo(layer: number): void {
    this.#layer = layer;
    this.#resid = { data: new Float32Array(0), dims: [0, ...this.#resid.dims.slice(1)] };
  }

  /** Rows join whose sender is among the first so many sources: the base run's stream plus the sender's change. */
  join(sources: number): void {
    const ends = this.sent.findIndex(({ source }) => source >= sources);
    const joining = this.sent.slice(this.#rows, ends < 0 ? this.sent.length : ends);
    if (joining.length === 0) return;
    const { base } = this.runs.baselines;
    const rows = joining.map(({ row }) => row);
    const change = takeChanges(this.runs, joining, this.start);
    const changed =
      this.#layer < this.model.architecture.layers
        ? added(takeRows(keptAt(base, this.#layer, 'residPre'), rows, this.start, base.length), change)
        : added(takeRows(base.final, rows, 0, base.final.dims[1] ?? 0), this.#read(change));
    const data = new Float32Array(this.#resid.data.length + changed.data.length);
    data.set(this.#resid.data);
    data.set(changed.data, this.#resid.data.length);
    this.#resid = { data, dims: [this.#rows + joining.length, ...changed.dims.slice(1)] };
  }

  /** Output of the layer's MLP when it reads the stream. */
  async mlpOut(): Promise<Floats> {
    return (await this.#block(['mlpOut'])).mlpOut;
  }

  #read(x: Floats): Floats {
    return atRead(x, this.model.architecture, this.runs.baselines.base.length);
  }

  get #rows(): number {
    return this.#resid.dims[0] ?? 0;
  }

  /** The layer's block with its heads as in the base run. A head's change in the stream reaches its layer's MLP too. */
  #block<Name extends 'residPost' | 'mlpOut'>(names: readonly Name[]): Promise<Record<Name, Floats>> {
    const { base } = this.runs.baselines;
    const rows = this.sent.slice(0, this.#rows).map(({ row }) => row);
    const attnOut = wholly(takeRows(keptAt(base, this.#layer, 'attnOut'), rows, this.start, base.length));
    return this.model.block(this.#layer, { resid: this.#resid, start: this.start, attnOut }, names);
  }
}
