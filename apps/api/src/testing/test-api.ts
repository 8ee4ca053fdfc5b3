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
import { openScheduler } from '../open-scheduler.js';
import { temporalSettings, type TestTemporal } from './temporal.js';

/** Temporal as it is when it is not there: what most routes have nothing to do with. */
const noTemporal = (): Promise<never> => Promise.reject(unavailable('Temporal does not answer.', 'Start it.'));
const nowhere = {
  ...{ start: noTemporal, cancel: noTemporal, code: noTemporal, wakeSweep: noTemporal },
  ...{ ping: noTemporal, servedDevices: noTemporal },
  queueBacklogs: noTemporal,
  close: () => Promise.resolve(),
};

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
export async function startTestApi({ dashboard, temporal }: { dashboard?: string; temporal?: TestTemporal } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-api-'));
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  await migrate(databaseUrl);
  const store = await openStore({ databaseUrl, artifactsUrl: pathToFileURL(join(home, 'artifacts')).href });
  const scheduler = temporal
    ? await openScheduler({ ...temporalSettings, address: temporal.address }, temporal.address)
    : nowhere;
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
    url: `http://127.0.0.1:${port}`,
    ask: (method: string, path: string, options: Ask = {}) => ask(port, method, path, options),
    async close() {
      await app.close();
      await scheduler.close();
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
