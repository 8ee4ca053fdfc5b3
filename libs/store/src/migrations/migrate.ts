import { PatchbayError } from '@patchbay/contracts';
import type { DiagnoseMigrationHistoryOutput, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { databaseError } from '../database/database-error.js';
import { readMigrations } from './migration-files.js';
import { type SchemaEngine, withSchemaEngine } from './schema-engine.js';

const CONNECT_MILLISECONDS = 10_000;
/** Whoever waits behind another process's migration waits this long; a migration of large tables takes minutes. */
const LOCK_MILLISECONDS = 10 * 60_000;
/** Any number that no one else locks in this database: "patchbay" in ASCII, its first seven letters. */
const MIGRATION_LOCK = '31632385399611745';
const filters = { externalTables: [], externalEnums: [] };

/**
 * Brings the database to this version's tables; no effect where it is there already. Several processes may start at
 * once: one migrates, the others wait for it.
 * @throws PatchbayError `unavailable` when Postgres does not answer; `conflict` where the database was migrated by a
 * newer version, or an earlier migration failed
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const migrationsList = await readMigrations();
  const lock = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    statement_timeout: LOCK_MILLISECONDS,
  });
  lock.on('error', () => undefined); // the engine's own connection fails as well, and says so
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await withSchemaEngine(databaseUrl, (engine) => applyMissing(engine, migrationsList));
  } catch (error) {
    const known = databaseError(databaseUrl, error);
    throw known.kind === 'internal' ? failedMigration(`A migration failed: ${known.message}.`, error) : known;
  } finally {
    await lock.end().catch(() => undefined); // frees the lock; a broken connection has freed it
  }
}

async function applyMissing(engine: SchemaEngine, migrationsList: MigrationList): Promise<void> {
  refuseForeignHistory(
    await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters }),
  );
  await engine.applyMigrations({ migrationsList, filters });
}

function refuseForeignHistory({ failedMigrationNames, history }: DiagnoseMigrationHistoryOutput): void {
  const [failed] = failedMigrationNames;
  if (failed !== undefined) throw failedMigration(`The migration ${failed} failed on this database.`);
  if (history !== null && history.diagnostic !== 'databaseIsBehind') {
    const unknown = history.unpersistedMigrationNames.join(', ');
    throw new PatchbayError(
      'conflict',
      `The database was migrated by a newer version of Patchbay (${unknown}).`,
      'Start that version, or restore a backup from before it.',
    );
  }
}

const failedMigration = (message: string, cause?: unknown): PatchbayError =>
  new PatchbayError(
    'conflict',
    message,
    'Nothing of it was kept. Mend the cause, delete its row from the table _prisma_migrations and start again.',
    { cause },
  );
