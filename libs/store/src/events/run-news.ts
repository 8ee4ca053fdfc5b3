import pg from 'pg';
import { databaseError } from '../database/database-error.js';
import { NEWS_CHANNEL } from './append-event.js';

const CONNECT_MILLISECONDS = 5_000;
/** Between tries to reach a Postgres that went away. */
const RETRY_MILLISECONDS = 500;

/** One connection that listens for news of runs, shared by all watchers of the process, made at the first one. */
export class RunNews {
  readonly #watchers = new Map<string, Set<() => void>>();
  #connection: Promise<pg.Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly databaseUrl: string) {}

  /** @throws PatchbayError `unavailable` when Postgres does not answer; a connection lost later is made again */
  async watch(runId: string, onNews: () => void): Promise<() => void> {
    // A function of its own, so that the same callback given twice counts twice.
    const watcher = (): void => {
      onNews();
    };
    const ofRun = this.#watchers.get(runId) ?? new Set();
    this.#watchers.set(runId, ofRun.add(watcher));
    const stop = (): void => {
      ofRun.delete(watcher);
      if (ofRun.size === 0 && this.#watchers.get(runId) === ofRun) this.#watchers.delete(runId);
    };
    try {
      await this.#listen();
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#watchers.clear();
    const client = await this.#connection?.catch(() => undefined);
    await client?.end().catch(() => undefined); // it may be broken already
  }

  #listen(): Promise<pg.Client> {
    this.#connection ??= this.#connect().catch((error: unknown) => {
      this.#connection = undefined;
      throw databaseError(this.databaseUrl, error);
    });
    return this.#connection;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      keepAlive: true,
      application_name: 'patchbay run events',
    });
    client.on('error', () => undefined); // 'end' follows, and is acted upon
    await client.connect();
    client.on('notification', ({ payload }) => {
      this.#tell(payload ?? '');
    });
    await client.query(`LISTEN ${NEWS_CHANNEL}`);
    client.on('end', () => {
      this.#lost();
    });
    return client;
  }

  #tell(runId: string): void {
    for (const watcher of this.#watchers.get(runId) ?? []) watcher();
  }

  #lost(): void {
    this.#connection = undefined;
    if (!this.#closed) this.#retry = setTimeout(() => void this.#listenAgain(), RETRY_MILLISECONDS);
  }

  async #listenAgain(): Promise<void> {
    if (this.#watchers.size === 0) return; // the next watcher connects
    try {
      await this.#listen();
    } catch {
      this.#lost();
      return;
    }
    // Whatever happened meanwhile was told to nobody: everybody looks.
    for (const runId of this.#watchers.keys()) this.#tell(runId);
  }
}
