// npm run -w @patchbay/store migration -- NAME
// Writes prisma/migrations/<now>_NAME/migration.sql: the SQL that leads from the migrations to schema.prisma.
// It needs the built package, and starts a throw-away Postgres to replay the present migrations on.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextMigration } from '../dist/migrations/next-migration.js';
import { startPostgres } from '../dist/testing/index.js';

const name = process.argv[2] ?? '';
if (!/^[a-z0-9_]{1,60}$/.test(name)) {
  console.error(
    'Name the migration in lower-case letters, digits and underscores: npm run -w @patchbay/store migration -- add_sweeps',
  );
  process.exit(2);
}
const postgres = await startPostgres();
try {
  const sql = await nextMigration(await postgres.createDatabase());
  if (sql === '') {
    console.error('The migrations already lead to schema.prisma: there is nothing to write.');
  } else {
    const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = fileURLToPath(new URL(`../../../prisma/migrations/${now}_${name}/`, import.meta.url));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'migration.sql'), sql);
    console.log(sql);
    console.error(`Written to ${join(folder, 'migration.sql')}: read it before you commit it.`);
  }
} finally {
  await postgres.stop();
}
