import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PatchbayError, type RunView } from '@patchbay/contracts';
import { BackgroundWork, MIN_AGE_SECONDS, RECONCILE_MS } from '../background-work.js';
import { logError } from '../log.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';
import { tellIfUnserved } from './tell-if-unserved.js';

/** Starts the workflows of recorded runs: at once, and again until Temporal has confirmed. No run is lost between. */
@Injectable()
export class RunStarter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #work = new BackgroundWork();

  constructor(
    @Inject(STORE) readonly store: ApiStore,
    @Inject(SCHEDULER) readonly scheduler: Scheduler,
  ) {}

  /**
   * Starts a run that was just recorded, without making anybody wait for Temporal: one that could not be started stays
   * queued, and a later pass tries again.
   */
  startSoon(run: RunView): void {
    this.#work.watch(this.#start(run), `Run ${run.id} is recorded but not started yet`);
  }

  onApplicationBootstrap(): void {
    this.#work.repeat(() => this.#startWaiting(), RECONCILE_MS, 'Runs that wait could not be started');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#work.stop();
  }

  /** The first sign that Temporal or Postgres is away ends the pass. */
  async #startWaiting(): Promise<void> {
    for (const id of await this.store.runs.unstarted(MIN_AGE_SECONDS)) {
      try {
        await this.#start(await this.store.runs.get(id));
      } catch (error) {
        if (error instanceof PatchbayError && error.kind === 'unavailable') throw error;
        logError(`Run ${id} could not be started`, error);
      }
    }
  }

  async #start({ id, request }: RunView): Promise<void> {
    await this.scheduler.start({ runId: id, device: request.device });
    await this.store.runs.confirmStarted(id);
    // Cancelled before there was a workflow that could be told.
    if ((await this.store.runs.get(id)).status === 'cancelled') await this.scheduler.cancel(id);
    else this.#work.watch(tellIfUnserved({ id, device: request.device }, this), `Run ${id} was not told who serves it`);
  }
}
