import { type RunStatus, runStatusSchema } from '@patchbay/contracts';
import type { PrismaClient } from '../generated/client.js';

/** How many runs there are in each status: one pass over the index of statuses. */
export async function countsByStatus(database: PrismaClient): Promise<Record<RunStatus, number>> {
  const rows = await database.$queryRaw<{ status: RunStatus; runs: number }[]>`
    SELECT status::text AS status, count(*)::int AS runs FROM "Run" GROUP BY status`;
  const counts = Object.fromEntries(runStatusSchema.options.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const { status, runs } of rows) counts[status] = runs;
  return counts;
}
