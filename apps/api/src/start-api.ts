import { invalidInput, PatchbayError } from '@patchbay/contracts';
import type { Settings } from '@patchbay/contracts/settings';
import { migrate, openStore } from '@patchbay/store';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createApp, listeningPort } from './create-app.js';
import { isLoopback } from './http/own-pages-only.js';
import { openCatalogue } from './open-catalogue.js';
import { openScheduler } from './open-scheduler.js';

export interface RunningApi {
  /** where API and dashboard are */
  url: string;
  /** Lets requests under way end, ends event streams and lets go of Postgres and Temporal. */
  close(): Promise<void>;
}

/**
 * Connects to Postgres (bringing its schema up to date) and Temporal, and serves API and dashboard.
 * @throws PatchbayError saying which setting, service or port is in the way
 */
export async function startApi(settings: Settings): Promise<RunningApi> {
  refuseBeyondLoopback(settings.host);
  const databaseUrl = required('DATABASE_URL', settings.databaseUrl);
  const temporalAddress = required('TEMPORAL_ADDRESS', settings.temporal.address);
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    await migrate(databaseUrl);
    const artifactsUrl = settings.artifactsUrl ?? pathToFileURL(join(settings.home, 'artifacts')).href;
    const store = await openStore({ databaseUrl, artifactsUrl });
    opened.push(store);
    const scheduler = await openScheduler(settings.temporal, temporalAddress);
    opened.push(scheduler);
    const parts = { store, catalogue: openCatalogue(settings), scheduler };
    const app = await createApp(parts, settings);
    opened.push(app);
    await listen(app, settings);
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    return { url: `http://${host}:${listeningPort(app)}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function required(variable: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw invalidInput(
    `${variable} is not set.`,
    `Set ${variable}, or start everything together with \`npx patchbay up\`, which brings its own.`,
  );
}

/** There are no access tokens yet: whoever reaches the port may do everything. */
function refuseBeyondLoopback(host: string): void {
  if (isLoopback(host)) return;
  throw invalidInput(
    `PATCHBAY_HOST is ${host}, which other machines could reach, and the API has no access tokens yet.`,
    'Unset PATCHBAY_HOST (127.0.0.1), and reach it from elsewhere through an SSH tunnel.',
  );
}

async function listen(app: NestExpressApplication, { host, port }: Settings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reason = code === 'EADDRINUSE' ? 'another program uses it' : String(code ?? cause);
    throw new PatchbayError(
      'conflict',
      `Port ${port} of ${host} cannot be listened on: ${reason}.`,
      'Stop the other program, or set PATCHBAY_PORT to a free port (0 takes any).',
      { cause },
    );
  }
}
