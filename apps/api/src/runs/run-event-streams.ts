import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { isFinal, type RunEvent } from '@patchbay/contracts';
import { log } from '@patchbay/contracts/log';
import type { ServerResponse } from 'node:http';
import { type ApiStore, STORE } from '../parts.js';

/** Proxies cut a connection that is silent for longer. */
const HEARTBEAT_MS = 15_000;
/** How soon a browser comes back after the stream broke. */
const RETRY_MS = 2_000;

/** Server-sent events of runs: what has happened since an event, then what happens, until the run has ended. */
@Injectable()
export class RunEventStreams implements BeforeApplicationShutdown {
  readonly #open = new Set<ServerResponse>();

  constructor(@Inject(STORE) private readonly store: ApiStore) {}

  /** how many are open */
  get count(): number {
    return this.#open.size;
  }

  /**
   * Answers with the run's events after `after`. A client that has seen the end of it gets 204, which tells an
   * EventSource not to come back.
   * @throws PatchbayError `not-found`, before anything is sent
   */
  async send(runId: string, after: string | undefined, response: ServerResponse): Promise<void> {
    const run = await this.store.runs.get(runId);
    const events = await this.store.events.since(runId, after);
    if (isFinal(run.status) && events.length === 0) {
      response.writeHead(204).end();
      return;
    }
    const bell = new Bell();
    const ring = (): void => {
      bell.ring();
    };
    response.on('close', ring);
    const stopWatching = await this.store.events.watch(runId, ring);
    this.#open.add(response);
    const heartbeat = setInterval(() => {
      if (!isClosed(response)) response.write(': still here\n\n');
      // A notification can be lost with its connection; looking now and then makes up for it.
      bell.ring();
    }, HEARTBEAT_MS);
    try {
      openStream(response);
      await this.#follow(runId, after, isFinal(run.status), response, bell);
    } catch (error) {
      log('error', 'An event stream broke', { runId, error });
    } finally {
      clearInterval(heartbeat);
      stopWatching();
      this.#open.delete(response);
      response.end();
    }
  }

  beforeApplicationShutdown(): void {
    for (const response of this.#open) response.end();
  }

  /** Writes what is new whenever the bell rings, until the run's last event or the client's end. */
  async #follow(
    runId: string,
    after: string | undefined,
    hasEnded: boolean,
    response: ServerResponse,
    bell: Bell,
  ): Promise<void> {
    let last = after;
    while (!isClosed(response)) {
      let isOver = hasEnded;
      for (const event of await this.store.events.since(runId, last)) {
        await write(response, event);
        last = event.id;
        isOver ||= event.event.type === 'status' && isFinal(event.event.status);
      }
      if (isOver) return;
      await bell.heard();
    }
  }
}

/** Remembers a ring that came while nobody was listening, and no more than one. */
class Bell {
  #rung = false;
  #listener: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#listener?.();
  }

  async heard(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#listener = resolve));
    this.#rung = false;
  }
}

const isClosed = (response: ServerResponse): boolean => response.destroyed || response.writableEnded;

function openStream(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);
}

/** Waits for a slow client instead of keeping its backlog in memory. */
async function write(response: ServerResponse, event: RunEvent): Promise<void> {
  if (isClosed(response)) return;
  const flushed = response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
  if (flushed) return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      response.off('drain', goOn).off('close', goOn);
      resolve();
    };
    response.on('drain', goOn).on('close', goOn);
  });
}
