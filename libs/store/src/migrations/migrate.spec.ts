import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../testing/postgres.js';
import { migrate } from './migrate.js';
import { readMigrations, readSchema } from './migration-files.js';
import { nextMigration } from './next-migration.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function query(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

describe('migrations', () => {
  it('lead to schema.prisma', async () => {
    expect(await nextMigration(await postgres.createDatabase())).toBe('');
  });

  it('are written where schema.prisma goes further', async () => {
    const schema = await readSchema();
    const further = { ...schema, content: `${schema.content}\nmodel Another {\n  id String @id\n}\n` };
    expect(await nextMigration(await postgres.createDatabase(), further)).toContain('CREATE TABLE "Another"');
  });
});

describe('migrate', () => {
  it('makes the tables, and does nothing the second time', async () => {
    const databaseUrl = await postgres.createDatabase();
    await migrate(databaseUrl);
    const applied = await query(databaseUrl, 'SELECT * FROM _prisma_migrations');
    await migrate(databaseUrl);
    expect(await query(databaseUrl, 'SELECT * FROM _prisma_migrations')).toEqual(applied);
    expect(applied).toHaveLength((await readMigrations()).migrationDirectories.length);
    expect(await query(databaseUrl, 'SELECT * FROM "Run"')).toEqual([]);
  });

  it('is safe in many processes at once', async () => {
    const databaseUrl = await postgres.createDatabase();
    await Promise.all(Array.from({ length: 5 }, () => migrate(databaseUrl)));
    expect(await query(databaseUrl, 'SELECT * FROM _prisma_migrations')).toHaveLength(
      (await readMigrations()).migrationDirectories.length,
    );
  });

  it('refuses a database that a newer version migrated', async () => {
    const databaseUrl = await postgres.createDatabase();
    await migrate(databaseUrl);
    await query(
      databaseUrl,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ('x', 'x', '29990101000000_later', now(), now(), 1)`,
    );
    await expect(migrate(databaseUrl)).rejects.toMatchObject({
      kind: 'conflict',
      message: /newer.*29990101000000_later/,
    });
  });

  it('keeps nothing of a migration that fails, and says so the next time', async () => {
    const databaseUrl = await postgres.createDatabase();
    // In the way of the migration's last table but not of its first.
    await query(databaseUrl, 'CREATE TYPE "Artifact" AS ENUM ()');
    await query(
      databaseUrl,
      'CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)',
    );
    await expect(migrate(databaseUrl)).rejects.toMatchObject({
      kind: 'conflict',
      message: /"Artifact" already exists/,
    });
    expect(await query(databaseUrl, `SELECT tablename FROM pg_tables WHERE tablename = 'Run'`)).toEqual([]);
    await expect(migrate(databaseUrl)).rejects.toMatchObject({ kind: 'conflict', message: /_init failed/ });
  });

  it('says that Postgres does not answer, without the password', async () => {
    const failure = await migrate('postgresql://user:hunter2@127.0.0.1:1/db').catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unavailable', message: 'Postgres at 127.0.0.1:1 does not answer.' });
  });
});
