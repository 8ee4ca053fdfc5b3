import { invalidInput, MAX_SWEEP_POINTS, PatchbayError, type RunEventBody, type RunRequest } from '@patchbay/contracts';
import { NEWS_CHANNEL } from '../events/append-event.js';
import type { Prisma, PrismaClient, SweepState } from '../generated/client.js';
import { insertPoints, type NewPoint } from './insert-points.js';
import { noSuchSweep } from './sweep-rows.js';

/** Changes a sweep that is not cancelled, one change after another, and counts the change for its workflow to be told. */
async function change(
  database: PrismaClient,
  id: string,
  how: (transaction: Prisma.TransactionClient) => Promise<SweepState | undefined>,
): Promise<void> {
  await database.$transaction(async (transaction) => {
    const [row] = await transaction.$queryRaw<{ state: SweepState }[]>`
      SELECT state::text AS state FROM "Sweep" WHERE id = ${id}::uuid FOR UPDATE`;
    if (row === undefined) throw noSuchSweep(id);
    if (row.state === 'cancelled') {
      throw new PatchbayError('conflict', `Sweep ${id} is cancelled.`, 'Submit it again as a new one.');
    }
    const state = await how(transaction);
    await transaction.sweep.update({ where: { id }, data: { changes: { increment: 1 }, ...(state && { state }) } });
  });
}

/** active ↔ paused */
export const setState = (database: PrismaClient, id: string, state: 'active' | 'paused'): Promise<void> =>
  change(database, id, () => Promise.resolve(state));

/** @throws PatchbayError `invalid-input` where the sweep would have too many points */
export const appendPoints = (database: PrismaClient, id: string, requests: readonly RunRequest[]): Promise<void> =>
  change(database, id, async (transaction) => {
    const { _max } = await transaction.run.aggregate({ where: { sweepId: id }, _max: { point: true } });
    const first = (_max.point ?? -1) + 1;
    if (first + requests.length > MAX_SWEEP_POINTS) {
      throw invalidInput(
        `The sweep has ${first} points, ${requests.length} more are too many: at most ${MAX_SWEEP_POINTS}.`,
        'Submit them as a sweep of their own.',
      );
    }
    const points = requests.map((request, index) => ({ point: first + index, request }));
    await insertPoints(transaction, id, points);
    return undefined;
  });

/** Each failed point gets a new run in the place of the failed one, which stays in the record. */
export const retryFailed = (database: PrismaClient, id: string): Promise<void> =>
  change(database, id, async (transaction) => {
    const failed = await transaction.$queryRaw<NewPoint[]>`
      SELECT point, request FROM "Run"
      WHERE "sweepId" = ${id}::uuid AND status = 'failed' AND point IS NOT NULL ORDER BY point FOR UPDATE`;
    await transaction.run.updateMany({
      where: { sweepId: id, point: { in: failed.map(({ point }) => point) } },
      data: { point: null },
    });
    await insertPoints(transaction, id, failed);
    return undefined;
  });

/**
 * Cancels for good: the points that wait at once, those under way by their workflows. The events take no turn with
 * others of their runs, as `appendEvent` does: a run that waits has no other, and so many locks Postgres does not hold.
 */
export const cancelSweep = (database: PrismaClient, id: string): Promise<void> =>
  change(database, id, async (transaction) => {
    const cancelled: RunEventBody = { type: 'status', status: 'cancelled', error: null };
    await transaction.$queryRaw`
      WITH ended AS (
        UPDATE "Run" SET status = 'cancelled', "finishedAt" = now()
        WHERE "sweepId" = ${id}::uuid AND status = 'queued' RETURNING id
      ), told AS (
        INSERT INTO "RunEvent" ("runId", event) SELECT id, ${JSON.stringify(cancelled)}::jsonb FROM ended RETURNING "runId"
      )
      SELECT pg_notify(${NEWS_CHANNEL}, "runId"::text)::text FROM told`;
    return 'cancelled';
  });
