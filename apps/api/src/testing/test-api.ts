import { unavailable } from '@patchbay/contracts';
import { migrate, openStore } from '@patchbay/store';
import { startPostgres } from '@patchbay/store/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createApp, listeningPort } from '../create-app.js';
import { openCatalogue } from '../open-catalogue.js';
import type { Scheduler } from '../parts.js';

/** Stands where Temporal is: remembers what it was asked, and can be told to be away. */
export class RecordingScheduler implements Scheduler {
  readonly started: string[] = [];
  readonly cancelled: string[] = [];
  isAway = false;

  async start({ runId }: { runId: string }): Promise<void> {
    await this.ping();
    if (!this.started.includes(runId)) this.started.push(runId);
  }
  async cancel(runId: string): Promise<void> {
    await this.ping();
    this.cancelled.push(runId);
  }
  async ping(): Promise<void> {
    if (this.isAway) throw unavailable('Temporal does not answer.', 'Start it.');
  }
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** the parsed body, undefined where it is not JSON */
  json: unknown;
}
export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
}

/** An API on a free port of 127.0.0.1 over a Postgres and an artifact folder of its own. */
export async function startTestApi({ dashboard }: { dashboard?: string } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-api-'));
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  await migrate(databaseUrl);
  const store = await openStore({ databaseUrl, artifactsUrl: pathToFileURL(join(home, 'artifacts')).href });
  const scheduler = new RecordingScheduler();
  const parts = { store, catalogue: openCatalogue({ home }), scheduler };
  const app = await createApp(parts, { host: '127.0.0.1', dashboard: dashboard ?? join(home, 'no-dashboard') });
  await app.listen(0, '127.0.0.1');
  const port = listeningPort(app);
  return {
    app,
    home,
    port,
    store,
    postgres,
    databaseUrl,
    scheduler,
    url: `http://127.0.0.1:${port}`,
    ask: (method: string, path: string, options: Ask = {}) => ask(port, method, path, options),
    async close() {
      await app.close();
      await store.close();
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
export type TestApi = Awaited<ReturnType<typeof startTestApi>>;

/** One request, with its path and headers exactly as given (fetch would mend the path and forbid `Host`). */
export function ask(port: number, method: string, path: string, { body, headers }: Ask): Promise<Answer> {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = body === undefined ? undefined : isRaw ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const type = bytes ? { 'Content-Type': 'application/json', 'Content-Length': String(bytes.length) } : {};
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', method, path, agent: false, headers: { ...type, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    sent.end(bytes);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const ioiRun = { model: 'tinytasks', task: 'ioi', method: 'activation-patching', pairs: 4 };
