import { invalidInput } from '@patchbay/contracts';
import type { Pair } from '@patchbay/tasks';
import type { Floats } from '@patchbay/transformer';
import type { Trained } from './sae/train.js';

/**
 * @file Codes of differences: our variant of the method (METHODS §3 leaves it open). The published score counts codes, and
 * a head whose output follows the words of the prompt has many of them whatever the task; a loud head has more than a
 * quiet one. Within a pair the words are the same but for those that make the task, so the difference between a head's
 * outputs on its two prompts holds what the task does to the head, and the length of its code says how much. The fewer
 * tokens they differ in the better: a corrupted prompt, made for noising, differs in less than a negative one.
 */

/** What every head changes from the other prompt to the clean one, summed over pairs. */
export interface Changes {
  /** [heads, d_model] */
  sums: Float64Array;
  /** of the lengths ‖clean − other‖₂ [heads] */
  lengths: Float64Array;
}

export const noChanges = (heads: number, width: number): Changes => ({
  sums: new Float64Array(heads * width),
  lengths: new Float64Array(heads),
});

/** Adds other pairs' changes of all heads. */
export function joinChanges(into: Changes, { sums, lengths }: Changes): void {
  sums.forEach((value, i) => (into.sums[i] = (into.sums[i] ?? NaN) + value));
  lengths.forEach((value, i) => (into.lengths[i] = (into.lengths[i] ?? NaN) + value));
}

/**
 * Adds the changes of some pairs' heads in one layer.
 * @param first index of the layer's first head
 * @param vectors as `bothWays` gives them [2 · pairs, heads, d_model]
 */
export function addChanges({ sums, lengths }: Changes, first: number, { data, dims }: Floats): void {
  const [rows = 0, heads = 0, width = 0] = dims;
  for (let i = 0; i < (rows / 2) * heads; i++) {
    const head = first + (i % heads);
    let squares = 0;
    for (let k = 0; k < width; k++) {
      const change = data[i * width + k] ?? NaN;
      sums[head * width + k] = (sums[head * width + k] ?? NaN) + change;
      squares += change * change;
    }
    lengths[head] = (lengths[head] ?? NaN) + Math.sqrt(squares);
  }
}

/** @throws PatchbayError `invalid-input` where a task labels its prompts: they come in no pairs then */
export function assertPaired(pairs: readonly Pair[]): void {
  if (pairs.every(({ label }) => label === undefined)) return;
  throw invalidInput(
    'Labelled prompts are not pairs, so that there is nothing to take a difference of.',
    'Leave the labels out and give each pair a negative prompt, or turn differences off.',
  );
}

/**
 * What each head changes in both directions: rows 0 … n − 1 of `writes` are clean prompts, the others their pairs' other
 * prompts in the same order. @returns as many rows: clean − other, then other − clean
 */
export function bothWays(writes: Floats): Floats {
  const half = writes.data.length / 2;
  const data = new Float32Array(writes.data.length);
  for (let i = 0; i < half; i++) {
    const change = (writes.data[i] ?? NaN) - (writes.data[i + half] ?? NaN);
    data[i] = change;
    data[i + half] = -change;
  }
  return { data, dims: writes.dims };
}

/**
 * Vectors brought to a mean square of 1, and by what they were divided: differences are small, and λ and the learning
 * rate are meant for vectors that are not. One scale for all heads, so that a head that changes little stays small.
 */
export function scaled(vectors: Floats): { vectors: Floats; scale: number } {
  const squares = vectors.data.reduce((sum, v) => sum + v * v, 0);
  const scale = Math.sqrt(squares / vectors.data.length);
  if (scale > 0) return { vectors: { ...vectors, data: vectors.data.map((v) => v / scale) }, scale };
  throw invalidInput(
    'No head gives another output on the examples’ clean prompts than on their other ones.',
    'Give pairs whose two prompts differ.',
  );
}

/** The autoencoder of scaled vectors as one of the vectors themselves: its codes are the same, `scale` times as strong. */
export function unscaled({ autoencoder, losses }: Trained, scale: number): Trained {
  const times = (values: Float32Array): Float32Array => values.map((v) => v * scale);
  return {
    autoencoder: { ...autoencoder, shift: times(autoencoder.shift), bias: times(autoencoder.bias) },
    losses,
  };
}
