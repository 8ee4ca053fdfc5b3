import { floats } from '@patchbay/runtime';
import type { Floats } from './transformer.js';

/** Changes of the sources that some mask of a batch removes, in source order, one contiguous tensor. */
export class UsedChanges {
  readonly #data: Float32Array;
  /** elements of one source: batch · seq · d_model */
  readonly #size: number;
  #written = 0;

  constructor(
    /** ascending */
    readonly used: readonly number[],
    readonly batch: number,
    readonly seq: number,
    readonly width: number,
  ) {
    this.#size = batch * seq * width;
    this.#data = new Float32Array(used.length * this.#size);
  }

  has(source: number): boolean {
    return this.used.includes(source);
  }

  /** How many of the used sources are among the first `sources`. */
  countBefore(sources: number): number {
    const at = this.used.findIndex((source) => source >= sources);
    return at < 0 ? this.used.length : at;
  }

  /**
   * The next used source's change [prompts, positions, d_model], of the last so many positions; the others stay 0.
   *
   * @param rows which of the prompts each row of the batch takes
   */
  push({ data, dims: [prompts = 0] }: Floats, rows: readonly number[] = [...Array(this.batch).keys()]): void {
    const given = data.length / prompts;
    const whole = this.#size / this.batch;
    const own = Math.min(given, whole);
    const offset = this.#written * this.#size;
    rows.forEach((row, i) => {
      const end = (row + 1) * given;
      this.#data.set(data.subarray(end - own, end), offset + (i + 1) * whole - own);
    });
    this.#written++;
  }

  /** The first `count` changes [count, batch, seq, d_model]. */
  first(count: number): Floats {
    return floats(this.#data.subarray(0, count * this.#size), count, this.batch, this.seq, this.width);
  }

  /** Columns of a mask [batch, sources, …] that belong to the first `count` used sources. */
  columns(mask: Floats, count: number): Floats {
    const [batch = 0, sources = 0, ...rest] = mask.dims;
    const width = rest.reduce((a, b) => a * b, 1);
    const data = new Float32Array(batch * count * width);
    for (let row = 0; row < batch; row++) {
      for (let i = 0; i < count; i++) {
        const from = (row * sources + (this.used[i] ?? 0)) * width;
        data.set(mask.data.subarray(from, from + width), (row * count + i) * width);
      }
    }
    return floats(data, batch, count, ...rest);
  }

  /** Adds Σ_s mask[s] · change[s] to each row of `x` [batch, positions, d_model], the last positions. */
  addTo(x: Floats, mask: Floats): void {
    const [batch = 0, sources = 0] = mask.dims;
    const own = x.data.length / batch;
    const whole = this.#size / this.batch;
    for (let row = 0; row < batch; row++) {
      for (const [i, source] of this.used.entries()) {
        const weight = source < sources ? (mask.data[row * sources + source] ?? 0) : 0;
        if (weight === 0) continue;
        const from = i * this.#size + (row + 1) * whole - own;
        for (let k = 0; k < own; k++) {
          x.data[row * own + k] = (x.data[row * own + k] ?? NaN) + weight * (this.#data[from + k] ?? NaN);
        }
      }
    }
  }
}
