import { canonicalJson, type Manifest } from '@patchbay/contracts';
import { sha256Of } from '../artifacts/content-address.js';
import { appendEvent } from '../events/append-event.js';
import type { PrismaClient } from '../generated/client.js';

/** Equal for manifests that differ in nothing that decides the result: not in names, tags and what was estimated. */
export function manifestSha256({ request, estimate: _, ...manifest }: Manifest): string {
  const { name: _name, tags: _tags, ...asked } = request;
  return sha256Of(canonicalJson({ ...manifest, request: asked }));
}

/**
 * running → succeeded with the result of a finished run with the same manifest, where the run is a point of a sweep that
 * allows it and there is such a run.
 * @returns that run's id
 */
export async function reuseRun(database: PrismaClient, id: string): Promise<string | undefined> {
  return database.$transaction(async (transaction) => {
    const [reused] = await transaction.$queryRaw<{ from: string }[]>`
      UPDATE "Run" AS mine SET status = 'succeeded', "finishedAt" = now(),
        "resultSha256" = earlier."resultSha256", "reusedFrom" = earlier.id
      FROM "Run" AS earlier, "Sweep" AS sweep
      WHERE mine.id = ${id}::uuid AND mine.status = 'running' AND sweep.id = mine."sweepId" AND sweep.reuse
        AND earlier.id = (
          SELECT id FROM "Run" AS same
          WHERE same."manifestSha256" = mine."manifestSha256" AND same.status = 'succeeded' AND same."reusedFrom" IS NULL
          ORDER BY "finishedAt", id LIMIT 1
        )
      RETURNING mine."reusedFrom"::text AS from`;
    if (!reused) return undefined;
    const message = `Took over the result of run ${reused.from}, which has the same manifest: nothing was computed.`;
    await appendEvent(transaction, id, { type: 'note', message });
    await appendEvent(transaction, id, { type: 'status', status: 'succeeded', error: null });
    return reused.from;
  });
}
