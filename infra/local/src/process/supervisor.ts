import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openLog } from './log-file.js';
import { processIdentity, type RecordedProcess } from './process-identity.js';
import type { Service } from './service.js';
import { stopProcess } from './stop-process.js';
import { waitUntilReady } from './wait-until-ready.js';

/** Waits between restarts double from the first to the last; a minute of health starts them over. */
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 30_000;
const HEALTHY_MS = 60_000;

export interface SuperviseOptions {
  home: string;
  /** told of each process of this service, so that a later start can find what was left behind */
  onSpawn: (process: RecordedProcess) => void;
  onNews: (message: string) => void;
}

/** Keeps a service running: starts it again, after a wait, whenever it ends unasked. */
export class Supervisor<Ready> {
  readonly #stopping = new AbortController();
  #current: RecordedProcess | undefined;
  #waitMs = FIRST_WAIT_MS;
  #restart: NodeJS.Timeout | undefined;

  constructor(
    private readonly service: Service<Ready>,
    private readonly options: SuperviseOptions,
  ) {}

  /**
   * Starts the service and waits until it is ready. Nothing of it runs when this rejects.
   * @throws PatchbayError `unavailable` with the last lines of its log
   */
  async start(signal: AbortSignal): Promise<Ready> {
    const log = openLog(this.options.home, this.service.name.toLowerCase());
    try {
      const child = this.service.spawn(log);
      this.#current = record(this.service.name, child);
      if (this.#current) this.options.onSpawn(this.#current);
      const ready = await waitUntilReady(this.service, child, log, signal);
      this.#watch(child);
      return ready;
    } catch (error) {
      await this.#end();
      throw error;
    } finally {
      closeSync(log.descriptor);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#restart);
    await this.#end();
  }

  #watch(child: ChildProcess): void {
    const since = Date.now();
    child.once('exit', () => {
      if (Date.now() - since > HEALTHY_MS) this.#waitMs = FIRST_WAIT_MS;
      this.#startLater('ended unexpectedly');
    });
  }

  #startLater(why: string): void {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    const { name } = this.service;
    this.options.onNews(`${name} ${why}; it is started again in ${this.#waitMs / 1000} s`);
    this.#restart = setTimeout(() => {
      this.start(signal).then(
        () => {
          this.options.onNews(`${name} is ready again`);
        },
        () => {
          this.#startLater('did not start');
        },
      );
    }, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, LAST_WAIT_MS);
  }

  async #end(): Promise<void> {
    if (this.#current) await stopProcess(this.#current, this.service.stopSignal);
  }
}

function record(name: string, child: ChildProcess): RecordedProcess | undefined {
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid);
  return child.pid === undefined || identity === undefined ? undefined : { name, pid: child.pid, identity };
}
