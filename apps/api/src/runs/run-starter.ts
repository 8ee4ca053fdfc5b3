import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PatchbayError, type RunView } from '@patchbay/contracts';
import { logError } from '../log.js';
import { type ApiStore, type Scheduler, SCHEDULER, STORE } from '../parts.js';

/** Every so often the starter looks for runs that were recorded and not started. */
const INTERVAL_MS = 5_000;
/** A run younger than this is still being started by the request that recorded it. */
const MIN_AGE_SECONDS = 5;

/** Starts the workflows of recorded runs: at once, and again until Temporal has confirmed. No run is lost between. */
@Injectable()
export class RunStarter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();

  constructor(
    @Inject(STORE) private readonly store: ApiStore,
    @Inject(SCHEDULER) private readonly scheduler: Scheduler,
  ) {}

  /** Never fails: a run that could not be started stays queued, and the next pass tries again. */
  async start(run: RunView): Promise<void> {
    try {
      await this.#start(run);
    } catch (error) {
      logError(`Run ${run.id} is recorded but not started yet`, error);
    }
  }

  /** One pass over the runs that wait; the first sign that Temporal or Postgres is away ends it. */
  async startWaiting(minAgeSeconds = MIN_AGE_SECONDS): Promise<void> {
    for (const id of await this.store.runs.unstarted(minAgeSeconds)) {
      try {
        await this.#start(await this.store.runs.get(id));
      } catch (error) {
        if (error instanceof PatchbayError && error.kind === 'unavailable') throw error;
        logError(`Run ${id} could not be started`, error);
      }
    }
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pass;
  }

  async #start(run: RunView): Promise<void> {
    await this.scheduler.start({ runId: run.id, device: run.request.device });
    await this.store.runs.confirmStarted(run.id);
  }

  #busy = false;

  #tick(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#pass = this.startWaiting()
      .catch((error: unknown) => logError('Runs that wait could not be started', error))
      .finally(() => (this.#busy = false));
  }
}
