import { openArtifacts } from './artifacts/open-artifacts.js';
import { RecordedArtifacts } from './artifacts/recorded-artifacts.js';
import { PostgresModelStore } from './catalogue/model-store.js';
import { PostgresTaskStore } from './catalogue/task-store.js';
import { PostgresCircuitStore } from './circuits/circuit-store.js';
import { connect } from './database/connect.js';
import { withDatabaseErrors } from './database/database-error.js';
import { PostgresEventStore } from './events/event-store.js';
import { RunNews } from './events/run-news.js';
import { PostgresRunStore } from './runs/run-store.js';
import type { Store } from './store.js';
import { PostgresSweepStore } from './sweeps/sweep-store.js';
import { PostgresUnitStore } from './units/unit-store.js';

export interface OpenStoreOptions {
  /** `postgresql://user:password@host:port/database`, with the migrations applied */
  databaseUrl: string;
  /** `file:///folder` or `s3://bucket/prefix` */
  artifactsUrl: string;
}

/**
 * Connects before it returns. A connection lost later makes calls fail with `unavailable` until Postgres is back.
 * @throws PatchbayError `unavailable` when Postgres does not answer, `invalid-input` for an URL that cannot be used
 */
export async function openStore({ databaseUrl, artifactsUrl }: OpenStoreOptions): Promise<Store> {
  const blobs = await openArtifacts(artifactsUrl);
  const database = connect(databaseUrl);
  const news = new RunNews(databaseUrl);
  const typed = <T extends object>(repository: T): T => withDatabaseErrors(repository, databaseUrl);
  const artifacts = typed(new RecordedArtifacts(blobs, database));
  const runs = typed(new PostgresRunStore(database, artifacts));
  const store: Store = {
    runs,
    sweeps: typed(new PostgresSweepStore(database)),
    units: typed(new PostgresUnitStore(database, artifacts)),
    events: typed(new PostgresEventStore(database, news)),
    models: typed(new PostgresModelStore(database)),
    tasks: typed(new PostgresTaskStore(database, artifacts)),
    circuits: typed(new PostgresCircuitStore(database, runs)),
    artifacts,
    ...typed({
      async ping() {
        await database.$queryRaw`SELECT 1 FROM "Run" LIMIT 1`;
      },
      async close() {
        await news.close();
        await database.$disconnect();
      },
    }),
  };
  try {
    await store.ping();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
