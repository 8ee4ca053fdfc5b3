import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PatchbayError, type RunView } from '@patchbay/contracts';
import { logError } from '../log.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';
import { tellIfUnserved } from './tell-if-unserved.js';

/** Every so often the starter looks for runs that were recorded and not started. */
const INTERVAL_MS = 5_000;
/** A run younger than this is still being started by the request that recorded it. */
const MIN_AGE_SECONDS = 5;

/** Starts the workflows of recorded runs: at once, and again until Temporal has confirmed. No run is lost between. */
@Injectable()
export class RunStarter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isPassing = false;

  constructor(
    @Inject(STORE) readonly store: ApiStore,
    @Inject(SCHEDULER) readonly scheduler: Scheduler,
  ) {}

  /**
   * Starts a run that was just recorded, without making anybody wait for Temporal: one that could not be started stays
   * queued, and a later pass tries again.
   */
  startSoon(run: RunView): void {
    this.#watch(this.#start(run), `Run ${run.id} is recorded but not started yet`);
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      if (this.#isPassing) return;
      this.#isPassing = true;
      const pass = this.#startWaiting().finally(() => (this.#isPassing = false));
      this.#watch(pass, 'Runs that wait could not be started');
    }, INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
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
    else this.#watch(tellIfUnserved({ id, device: request.device }, this), `Run ${id} was not told who serves it`);
  }

  #watch(work: Promise<void>, failure: string): void {
    const watched = work.catch((error: unknown) => {
      logError(failure, error);
    });
    this.#underWay.add(watched);
    void watched.finally(() => this.#underWay.delete(watched));
  }
}
