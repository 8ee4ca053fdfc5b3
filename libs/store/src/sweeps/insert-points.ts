import type { RunEventBody, RunRequest } from '@patchbay/contracts';
import type { Prisma } from '../generated/client.js';
import { uuidV7 } from '../uuid-v7.js';

export interface NewPoint {
  point: number;
  request: RunRequest;
}

const queued: RunEventBody = { type: 'status', status: 'queued', error: null };

/** Writes points as queued runs of the sweep, each with the event that tells of it, in two statements however many. */
export async function insertPoints(
  transaction: Prisma.TransactionClient,
  sweepId: string,
  points: readonly NewPoint[],
): Promise<void> {
  const ids = points.map(() => uuidV7());
  await transaction.$executeRaw`
    INSERT INTO "Run" (id, "sweepId", point, name, tags, method, model, task, request)
    SELECT given.id, ${sweepId}::uuid, given.point, request ->> 'name',
      ARRAY(SELECT jsonb_array_elements_text(request -> 'tags')),
      request ->> 'method', request ->> 'model', request ->> 'task', request
    FROM unnest(
      ${ids}::uuid[], ${points.map(({ point }) => point)}::int[],
      ${points.map(({ request }) => JSON.stringify(request))}::text[]
    ) AS given (id, point, text), LATERAL (SELECT given.text::jsonb AS request) AS parsed`;
  await transaction.$executeRaw`
    INSERT INTO "RunEvent" ("runId", event) SELECT unnest(${ids}::uuid[]), ${JSON.stringify(queued)}::jsonb`;
}
