import type { RunEventBody } from '@patchbay/contracts';
import type { Prisma } from '../generated/client.js';

/** The Postgres channel on which a run's id is sent when it has a new event. */
export const NEWS_CHANNEL = 'patchbay_run_events';

/**
 * Adds to a run's history and tells its watchers, in one statement. A lock for each run makes ids become visible in
 * their order; else a reader that resumes behind the newest id could miss a smaller one that was committed later.
 */
export async function appendEvent(
  database: Prisma.TransactionClient,
  runId: string,
  event: RunEventBody,
): Promise<void> {
  await database.$queryRaw`
    WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(${`event ${runId}`}, 0)) IS NULL AS free),
    added AS (
      INSERT INTO "RunEvent" ("runId", event) SELECT ${runId}::uuid, ${JSON.stringify(event)}::jsonb FROM turn RETURNING 1
    )
    SELECT pg_notify(${NEWS_CHANNEL}, ${runId})::text FROM added`;
}
