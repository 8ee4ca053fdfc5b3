import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundWork, MIN_AGE_SECONDS, RECONCILE_MS } from '../background-work.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';

/** Tells workflows of what changed of their sweeps: at once, and again until Temporal has confirmed. */
@Injectable()
export class SweepWaker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #work = new BackgroundWork();

  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(SCHEDULER) private readonly scheduler: Scheduler,
  ) {}

  /** Without making anybody wait for Temporal: what it was not told, a later pass tells it. */
  wakeSoon(id: string): void {
    this.#work.watch(this.#wake(id), `Sweep ${id} is recorded, but its workflow was not told yet`);
  }

  onApplicationBootstrap(): void {
    this.#work.repeat(() => this.#wakeUntold(), RECONCILE_MS, 'Sweeps that wait could not be told to their workflows');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#work.stop();
  }

  async #wakeUntold(): Promise<void> {
    for (const id of await this.store.sweeps.untold(MIN_AGE_SECONDS)) await this.#wake(id);
  }

  async #wake(id: string): Promise<void> {
    // Counted before: what changes meanwhile has a wake of its own.
    const changes = await this.store.sweeps.changes(id);
    await this.scheduler.wakeSweep(id);
    await this.store.sweeps.confirmTold(id, changes);
  }
}
