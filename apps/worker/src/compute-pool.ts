import { type ComputeHooks, ComputeSlot, type ComputeSlotOptions } from '@patchbay/runtime';
import type { Operation, Operations } from './operations.js';

export interface Computed<Output> {
  output: Output;
  seconds: number;
  peakBytes: number;
}

/** Secrets of the worker that a process which reads model files has no use for. */
const SECRETS = /^(DATABASE_URL|TEMPORAL_.*|AWS_.*)$/;

/**
 * For glibc: what is larger than so many bytes is given back to the system as soon as it is freed. By default that bound
 * grows with use, up to 32 MB, and a batch that failed for want of memory leaves none to its halves.
 */
const MALLOC_MMAP_THRESHOLD_ = String(4 * 2 ** 20);

/** A worker's compute slots. There are as many as activities at once, so one is always free. */
export class ComputePool {
  readonly #slots: ComputeSlot[];
  readonly #free: ComputeSlot[];

  constructor(count: number, options: Pick<ComputeSlotOptions, 'entry' | 'args'>) {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRETS.test(name)));
    const env = { MALLOC_MMAP_THRESHOLD_, ...own };
    this.#slots = Array.from({ length: count }, () => new ComputeSlot({ ...options, env }));
    this.#free = [...this.#slots];
  }

  /** @throws PatchbayError as {@link ComputeSlot.request} */
  async compute<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    hooks: ComputeHooks,
  ): Promise<Computed<Operations[Name]['output']>> {
    // The slot that was used last has the model warm.
    const slot = this.#free.pop();
    if (!slot) throw new Error('More activities than compute slots.');
    const from = performance.now();
    try {
      const { output, peakBytes } = await slot.request(operation, input, hooks);
      return { output: output as Operations[Name]['output'], peakBytes, seconds: (performance.now() - from) / 1000 };
    } finally {
      this.#free.push(slot);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }
}
