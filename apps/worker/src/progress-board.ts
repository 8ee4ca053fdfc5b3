import type { Progress } from '@patchbay/contracts';
import { log } from '@patchbay/contracts/log';
import type { Store } from '@patchbay/store';

const WRITE_INTERVAL_MS = 1_000;

/** Where progress comes from and goes to. */
type ProgressStore = Pick<Store, 'runs' | 'units' | 'events'>;

/** What this process knows of a run that it computes for. */
interface RunState {
  /** fraction of each unit under way here */
  running: Map<string, number>;
  /** units that ended here */
  ended: number;
  /** milliseconds with at least one unit under way here, up to `activeSince` */
  activeMs: number;
  activeSince: number;
  /** done units when this process took the run up; known with the first write */
  doneBefore: number | undefined;
  /** the largest `done` written, so that a unit that starts again does not turn the bar back */
  highest: number;
  writtenAt: number;
  writing: boolean;
}

export interface UnitProgress {
  /** @param fraction of the unit, 0 to 1 */
  update: (fraction: number, stage?: string) => void;
  end: () => void;
}

/** Writes how far each run is, at most once a second, from the stored units and the fractions of those under way. */
export class ProgressBoard {
  readonly #store: ProgressStore;
  readonly #runs = new Map<string, RunState>();

  constructor(store: ProgressStore) {
    this.#store = store;
  }

  begin(runId: string, round: number, unit: number): UnitProgress {
    const run = this.#state(runId);
    const key = `${round}/${unit}`;
    if (run.running.size === 0) run.activeSince = performance.now();
    run.running.set(key, 0);
    return {
      update: (fraction, stage = `round ${round + 1}`) => {
        run.running.set(key, fraction);
        void this.#write(runId, run, stage);
      },
      end: () => {
        run.running.delete(key);
        run.ended += 1;
        if (run.running.size === 0) run.activeMs += performance.now() - run.activeSince;
        void this.#write(runId, run, `round ${round + 1}`);
      },
    };
  }

  /** Writes a stage that has no units of its own: loading, folding, finishing. */
  async stage(runId: string, stage: string): Promise<void> {
    await this.#record(runId, this.#state(runId), stage);
  }

  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  #state(runId: string): RunState {
    let run = this.#runs.get(runId);
    if (!run) {
      run = {
        running: new Map(),
        ended: 0,
        activeMs: 0,
        activeSince: 0,
        doneBefore: undefined,
        highest: 0,
        writtenAt: -Infinity,
        writing: false,
      };
      this.#runs.set(runId, run);
    }
    return run;
  }

  async #write(runId: string, run: RunState, stage: string): Promise<void> {
    if (run.writing || performance.now() - run.writtenAt < WRITE_INTERVAL_MS) return;
    await this.#record(runId, run, stage);
  }

  /** Progress is news, not the record: a write that fails is logged, and the work goes on. */
  async #record(runId: string, run: RunState, stage: string): Promise<void> {
    run.writing = true;
    run.writtenAt = performance.now();
    try {
      const progress = progressOf(run, await this.#store.units.counts(runId), stage);
      await this.#store.runs.progress(runId, progress);
      await this.#store.events.append(runId, { type: 'progress', progress });
    } catch (error) {
      log('warn', 'The progress could not be written.', { runId, error });
    } finally {
      run.writing = false;
    }
  }
}

function progressOf(run: RunState, counts: { done: number; total: number }, stage: string): Progress {
  run.doneBefore ??= Math.max(0, counts.done - run.ended);
  const fractions = [...run.running.values()].reduce((sum, fraction) => sum + fraction, 0);
  const done = Math.max(run.highest, Math.min(counts.done + fractions, counts.total));
  run.highest = done;
  const activeMs = run.activeMs + (run.running.size > 0 ? performance.now() - run.activeSince : 0);
  const unitsPerSecond = ((done - run.doneBefore) / activeMs) * 1000;
  const etaSeconds = unitsPerSecond > 0 ? (counts.total - done) / unitsPerSecond : null;
  return { stage, done, total: counts.total, etaSeconds };
}
