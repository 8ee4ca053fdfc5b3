import { PatchbayError } from '@patchbay/contracts';
import type { ExperimentSpec } from '@patchbay/methods';
import { type ComputeHooks, ComputeSlot, type ComputeSlotOptions } from '@patchbay/runtime';
import type { Operation, Operations } from './operations.js';
import type { WorkerMetrics } from './worker-metrics.js';

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

/** Operations that need the model's weights. */
const NEEDS_WEIGHTS: ReadonlySet<Operation> = new Set(['load', 'unit']);

/** A slot, and the model that its process holds. */
interface Seat {
  slot: ComputeSlot;
  warm: { pid: number | undefined; model: string } | undefined;
}

/** A worker's compute slots. There are as many as activities at once, so one is always free. */
export class ComputePool {
  readonly #seats: Seat[];
  readonly #free: Seat[];

  constructor(
    count: number,
    options: Pick<ComputeSlotOptions, 'entry' | 'args'>,
    private readonly metrics: WorkerMetrics,
  ) {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRETS.test(name)));
    const env = { MALLOC_MMAP_THRESHOLD_, ...own };
    const newSeat = (): Seat => ({ slot: new ComputeSlot({ ...options, env }), warm: undefined });
    this.#seats = Array.from({ length: count }, newSeat);
    this.#free = [...this.#seats];
  }

  /** @throws PatchbayError as {@link ComputeSlot.request} */
  async compute<Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    hooks: ComputeHooks,
  ): Promise<Computed<Operations[Name]['output']>> {
    // The slot that was used last has the model warm.
    const seat = this.#free.pop();
    if (!seat) throw new Error('More activities than compute slots.');
    const spec = 'spec' in input ? input.spec : undefined;
    if (spec && NEEDS_WEIGHTS.has(operation)) this.metrics.usesModel(isWarm(seat, spec));
    const ended = this.metrics.computes({ operation, method: spec?.request.method ?? '' });
    const from = performance.now();
    try {
      const { output, peakBytes } = await seat.slot.request(operation, input, hooks);
      if (spec && NEEDS_WEIGHTS.has(operation)) seat.warm = { pid: seat.slot.pid, model: modelOf(spec) };
      this.metrics.peaked(peakBytes);
      ended('done');
      return { output: output as Operations[Name]['output'], peakBytes, seconds: (performance.now() - from) / 1000 };
    } catch (error) {
      ended(error instanceof PatchbayError && error.kind === 'cancelled' ? 'stopped' : 'failed');
      throw error;
    } finally {
      this.#free.push(seat);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#seats.map(({ slot }) => slot.close()));
  }
}

/** A compute child keeps one model, on one device. */
const modelOf = ({ modelSource, request }: ExperimentSpec): string => `${request.device} ${modelSource}`;

/** Whether the slot's process, which may be another by now, used this model last. */
const isWarm = ({ slot, warm }: Seat, spec: ExperimentSpec): boolean =>
  warm !== undefined && warm.pid === slot.pid && warm.model === modelOf(spec);
