import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RunEvent, RunEventBody, RunStatus, RunView, SweepView } from '@patchbay/contracts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An API of canned answers on a free port: the edge of the CLI's world. */
export class FakeApi {
  readonly requests: { route: string; body: string; lastEventId: string | undefined }[] = [];
  readonly #server: Server;

  private constructor(answers: Record<string, Answer>) {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const route = `${request.method} ${request.url}`;
        this.requests.push({ route, body, lastEventId: request.headers['last-event-id'] as string | undefined });
        const answer = answers[route];
        if (answer) answer(response, request);
        else response.writeHead(404).end('no such route');
      });
    });
  }

  static async start(answers: Record<string, Answer>): Promise<FakeApi> {
    const api = new FakeApi(answers);
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** Sends the events after the one the client has seen, a few at a time, then breaks off. */
export const events =
  (all: readonly RunEvent[], atATime: number): Answer =>
  (response, request) => {
    const seen = all.findIndex((event) => event.id === request.headers['last-event-id']);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n: still here\n\n');
    for (const event of all.slice(seen + 1, seen + 1 + atATime)) {
      response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    setTimeout(() => response.destroy(), 50);
  };

export const runId = '01890000-0000-7000-8000-000000000001';

export function runView(status: RunStatus, error: RunView['error'] = null): RunView {
  return {
    id: runId,
    name: null,
    tags: [],
    status,
    request: { model: 'tinytasks', task: 'tinytasks/ioi', method: 'eap', params: {}, seed: 0, device: 'cpu', tags: [] },
    progress: null,
    error,
    attempts: 0,
    createdAt: '2026-11-23T12:00:00.000Z',
    startedAt: null,
    finishedAt: null,
  };
}

export function sweepView(given: Partial<SweepView> = {}): SweepView {
  return {
    ...{ id: runId, name: null, tags: [], status: 'running', inFlight: 4, reuse: true, points: 4, reused: 0 },
    counts: { queued: 4, running: 0, succeeded: 0, failed: 0, cancelled: 0 },
    createdAt: '2026-11-23T12:00:00.000Z',
    finishedAt: null,
    ...given,
  };
}

export const event = (id: number, body: RunEventBody): RunEvent => ({
  id: String(id),
  at: '2026-11-23T12:00:01.000Z',
  event: body,
});
