import { defineConfig } from 'prisma/config';

// Read by Prisma's own command line alone; Patchbay applies the migrations itself when it starts.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
