import type { SchemaContainer } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { readMigrations, readSchema } from './migration-files.js';
import { withSchemaEngine } from './schema-engine.js';

/**
 * The SQL that leads from the migrations to schema.prisma; empty where they agree.
 * @param databaseUrl an empty database, on which the migrations are replayed
 * @param schema another than the repository's own
 */
export async function nextMigration(databaseUrl: string, schema?: SchemaContainer): Promise<string> {
  const migrations = await readMigrations();
  const wanted = schema ?? (await readSchema());
  const { stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [wanted] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  const sql = stdout?.trim() ?? '';
  return sql === '-- This is an empty migration.' ? '' : `${sql}\n`;
}
