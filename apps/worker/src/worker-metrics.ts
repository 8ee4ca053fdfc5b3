import type { Device } from '@patchbay/contracts';
import type { Runtime } from '@temporalio/worker';

type MetricMeter = Runtime['metricMeter'];

/** How a computation ended. */
export type Outcome = 'done' | 'failed' | 'stopped';

/**
 * What a worker tells Prometheus beside what Temporal's core does: recorded through the core's own meter, so that one
 * exporter serves both. The exporter puts the histogram's unit and `_total` behind the names.
 */
export class WorkerMetrics {
  readonly #computations;
  readonly #busySlots;
  readonly #models;
  readonly #halvings;
  readonly #unitRetries;
  readonly #peakBytes;
  #busy = 0;

  constructor(meter: MetricMeter, device: Device, slots: number) {
    const own = meter.withTags({ device });
    this.#computations = own.createHistogram(
      'patchbay_compute',
      'float',
      'seconds',
      'Time of a computation, by operation.',
    );
    this.#busySlots = own.createGauge('patchbay_compute_slots_busy', 'int', undefined, 'Slots that compute now.');
    this.#models = own.createCounter(
      'patchbay_model_uses',
      undefined,
      'Models asked for, warm: it was used there last.',
    );
    this.#halvings = own.createCounter('patchbay_batch_halvings', undefined, 'Batches halved for want of memory.');
    this.#unitRetries = own.createCounter('patchbay_unit_retries', undefined, 'Attempts at a unit after its first.');
    this.#peakBytes = own.createGauge(
      'patchbay_compute_peak_bytes',
      'int',
      undefined,
      'Largest resident memory of a compute child.',
    );
    own.createGauge('patchbay_compute_slots', 'int', undefined, 'Slots there are.').set(slots);
    this.#busySlots.set(0);
  }

  /** A slot begins to compute. @returns what is to be called when it ends */
  computes(tags: { operation: string; method: string }): (outcome: Outcome) => void {
    const from = performance.now();
    this.#busySlots.set((this.#busy += 1));
    return (outcome) => {
      this.#busySlots.set((this.#busy -= 1));
      this.#computations.record((performance.now() - from) / 1000, { ...tags, outcome });
    };
  }

  /** A model was asked of a slot. @param isWarm whether the slot's process used it last, so that nothing is loaded */
  usesModel(isWarm: boolean): void {
    this.#models.add(1, { cache: isWarm ? 'warm' : 'cold' });
  }

  halved(): void {
    this.#halvings.add(1);
  }

  retriesUnit(): void {
    this.#unitRetries.add(1);
  }

  peaked(bytes: number): void {
    this.#peakBytes.set(bytes);
  }
}
