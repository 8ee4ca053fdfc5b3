import { PatchbayError, bytesText } from '@patchbay/contracts';
import type { ModelFiles } from '@patchbay/transformer';
import type { RowBytes } from './bytes.js';

/** A process that has loaded ONNX Runtime and compiled its own code, and no model. */
const PROCESS_BYTES = 150 * 2 ** 20;
/** Weights are mapped from their file, and those of matrix products are packed into a copy. */
const COPIES_OF_WEIGHTS = 1.4;
/** Chunks of pairs whose runs are kept at once: that of the unit at hand, the one before, and another run's. */
export const CHUNKS_KEPT = 3;
/** More would only make units so large that a kill loses much. */
const MOST_CHUNK_BYTES = 512 * 2 ** 20;
/** Tokens that keep the model busy; more of them at once only leave the processor's caches. */
const MOST_TOKENS = 2048;

/** What this process may take if nobody says: most of what is free, in the machine or the control group it is in. */
export const freeMemoryBudget = (): number => Math.floor(0.8 * process.availableMemory());

export const weightBytes = ({ tensors }: ModelFiles): number =>
  [...tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0);

/** Bytes of a model's weights as they come to lie in memory. */
export const modelBytes = (weightBytes: number): number => PROCESS_BYTES + COPIES_OF_WEIGHTS * weightBytes;

/**
 * How much of a run is computed and kept at once. Every method asks here: the sizes follow from the memory budget, and
 * from what keeps a processor busy where memory is plentiful.
 */
export class RunMemory {
  #halvings = 0;

  /**
   * @param baseBytes of the process with its model, before anything is computed
   * @param reserve for graphs that only some methods open
   */
  constructor(
    readonly budgetBytes: number,
    readonly baseBytes: number,
    readonly reserve = 0,
  ) {}

  /** Bytes that may be kept of one chunk of pairs: half of what the model leaves is for all chunks, half for batches. */
  get chunkBytes(): number {
    return Math.min(MOST_CHUNK_BYTES, this.#free / 2 / CHUNKS_KEPT);
  }

  /** Rows of so many positions that are computed at once; 1 at least. */
  rowsAtOnce(positions: number, bytes: RowBytes): number {
    const tokens = MOST_TOKENS / Math.max(1, positions);
    const fit = this.#free / 2 / rowBytes(positions, bytes);
    return Math.max(1, Math.floor(Math.min(tokens, fit) / 2 ** this.#halvings));
  }

  /**
   * Pairs of one length whose runs are kept together, and computed at once before that; 1 at least.
   * @param asBatch whether they stay together in all that follows, and so are a batch too
   */
  pairsInChunk(length: number, kept: RowBytes, computed: RowBytes, asBatch = false): number {
    const fit = Math.min(this.chunkBytes / rowBytes(length, kept), this.#free / 2 / rowBytes(length, computed));
    return Math.max(1, Math.floor(asBatch ? Math.min(fit, MOST_TOKENS / length) : fit));
  }

  /** From now on batches are half as large. @returns how often that has been so */
  halve(): number {
    this.#halvings += 1;
    return this.#halvings;
  }

  /** @throws PatchbayError `out-of-memory` where a run cannot fit, however small its batches */
  assertFits(peakBytes: number): void {
    if (peakBytes <= this.budgetBytes) return;
    throw new PatchbayError(
      'out-of-memory',
      `This run needs about ${bytesText(peakBytes)} and may take ${bytesText(this.budgetBytes)} (its model ${bytesText(this.baseBytes)}).`,
      'Raise PATCHBAY_MEMORY where there is more, free some memory, or take fewer pairs, shorter prompts, fewer examples or a smaller model.',
    );
  }

  get #free(): number {
    return Math.max(0, this.budgetBytes - this.baseBytes - this.reserve);
  }
}

export const rowBytes = (positions: number, { perToken, perRow }: RowBytes): number => positions * perToken + perRow;
