import { canonicalJson, PatchbayError, type RunRequest } from '@patchbay/contracts';
import { sha256Of } from '../artifacts/content-address.js';
import { appendEvent } from '../events/append-event.js';
import { Prisma, type PrismaClient } from '../generated/client.js';
import { uuidV7 } from '../uuid-v7.js';

/**
 * Writes a run as `queued`, unless its idempotency key was used before.
 * @returns the id of the new run, or of the one that the key belongs to
 * @throws PatchbayError `conflict` where the key belongs to another request
 */
export async function createRun(
  database: PrismaClient,
  request: RunRequest,
  idempotencyKey?: string,
): Promise<{ id: string; created: boolean }> {
  const id = uuidV7();
  const requestSha256 = sha256Of(canonicalJson(request));
  const created = await database.$transaction(async (transaction) => {
    // Key and run in one statement: of many at once under one key, one claims it and the others wait, then insert nothing.
    const claim =
      idempotencyKey === undefined
        ? Prisma.sql`SELECT 1`
        : Prisma.sql`INSERT INTO "IdempotencyKey" (key, "requestSha256", "runId")
            VALUES (${idempotencyKey}, ${requestSha256}, ${id}::uuid) ON CONFLICT (key) DO NOTHING RETURNING 1`;
    const { name = null, tags, method, model, task } = request;
    const inserted = await transaction.$executeRaw`
      WITH claim AS (${claim})
      INSERT INTO "Run" (id, name, tags, method, model, task, request)
      SELECT ${id}::uuid, ${name}, ${tags}::text[], ${method}, ${model}, ${task}, ${JSON.stringify(request)}::jsonb FROM claim`;
    if (inserted === 1) await appendEvent(transaction, id, { type: 'status', status: 'queued', error: null });
    return inserted === 1;
  });
  if (created || idempotencyKey === undefined) return { id, created };
  const earlier = await database.idempotencyKey.findUniqueOrThrow({ where: { key: idempotencyKey } });
  if (earlier.requestSha256 !== requestSha256) {
    throw new PatchbayError(
      'conflict',
      'This idempotency key was used for another request.',
      'Send a new key with a new request, and the same key only to repeat one.',
    );
  }
  return { id: earlier.runId, created: false };
}
