import { readMigrations, readSchema } from './migration-files.js';
import { withSchemaEngine } from './schema-engine.js';

/**
 * The SQL that leads from the migrations to schema.prisma; empty where they agree.
 * @param databaseUrl a server on which a scratch database may be created; nothing else on it is touched
 */
export async function nextMigration(databaseUrl: string): Promise<string> {
  const migrations = await readMigrations();
  const schema = await readSchema();
  const { stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  const sql = stdout?.trim() ?? '';
  return sql === '-- This is an empty migration.' ? '' : `${sql}\n`;
}
