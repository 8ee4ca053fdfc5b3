import { logError } from './log.js';

/** Work that no request waits for: its failures are logged, and a shutdown waits for what is under way. */
export class BackgroundWork {
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isPassing = false;

  watch(work: Promise<void>, failure: string): void {
    const watched = work.catch((error: unknown) => {
      logError(failure, error);
    });
    this.#underWay.add(watched);
    void watched.finally(() => this.#underWay.delete(watched));
  }

  /** Every so often, unless the pass before is still at it. */
  repeat(pass: () => Promise<void>, intervalMs: number, failure: string): void {
    this.#timer = setInterval(() => {
      if (this.#isPassing) return;
      this.#isPassing = true;
      this.watch(
        pass().finally(() => (this.#isPassing = false)),
        failure,
      );
    }, intervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }
}

/** How often a reconciler looks for what was recorded and did not reach Temporal. */
export const RECONCILE_MS = 5_000;
/** What is younger than this is still being handed over by the request that recorded it. */
export const MIN_AGE_SECONDS = 5;
