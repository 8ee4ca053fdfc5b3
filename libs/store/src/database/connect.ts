import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/client.js';

/** How long a query waits for a connection: longer, and a request is better told that Postgres does not answer. */
const CONNECT_MILLISECONDS = 5_000;
/** A statement that runs this long is stuck: the largest one writes a circuit's few thousand nodes. */
const STATEMENT_MILLISECONDS = 30_000;
/** Connections of one process; with an API and a few workers this stays far below Postgres's default of 100. */
const POOL_SIZE = 10;

export function connect(databaseUrl: string): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    statement_timeout: STATEMENT_MILLISECONDS,
    keepAlive: true,
    application_name: 'patchbay',
  });
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_MILLISECONDS, timeout: STATEMENT_MILLISECONDS },
  });
}
