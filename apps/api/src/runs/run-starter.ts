import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PatchbayError, type RunView } from '@patchbay/contracts';
import { log } from '@patchbay/contracts/log';
import { BackgroundWork, MIN_AGE_SECONDS, RECONCILE_MS } from '../background-work.js';
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
    this.#work.watch(this.#start(run), 'The run is recorded but not started yet', run.id);
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
        log('error', 'The run could not be started', { runId: id, error });
      }
    }
  }

  async #start({ id, request }: RunView): Promise<void> {
    await this.scheduler.start({ runId: id, device: request.device });
    await this.store.runs.confirmStarted(id);
    log('info', 'The workflow of the run is started', { runId: id, device: request.device });
    // Cancelled before there was a workflow that could be told.
    if ((await this.store.runs.get(id)).status === 'cancelled') await this.scheduler.cancel(id);
    else {
      this.#work.watch(tellIfUnserved({ id, device: request.device }, this), 'The run was not told who serves it', id);
    }
  }
}
