import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate } from '../migrations/migrate.js';
import { openStore } from '../open-store.js';
import type { Store } from '../store.js';
import { startPostgres, type TestPostgres } from './postgres.js';

/** A migrated store on a Postgres of its own, with its artifacts in a temporary folder. */
export interface TestStore {
  store: Store;
  postgres: TestPostgres;
  databaseUrl: string;
  artifactsUrl: string;
  /** Closes the store, stops Postgres and deletes all data. */
  stop(): Promise<void>;
}

export async function startTestStore(): Promise<TestStore> {
  const postgres = await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-artifacts-'));
  const artifactsUrl = pathToFileURL(folder).href;
  const databaseUrl = await postgres.createDatabase();
  await migrate(databaseUrl);
  const store = await openStore({ databaseUrl, artifactsUrl });
  const stop = async (): Promise<void> => {
    await store.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { store, postgres, databaseUrl, artifactsUrl, stop };
}
