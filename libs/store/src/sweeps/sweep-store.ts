import {
  canonicalJson,
  PatchbayError,
  type Device,
  type PointListQuery,
  type PointPage,
  type RunRequest,
  type SweepListQuery,
  type SweepPage,
  type SweepRequest,
  type SweepView,
} from '@patchbay/contracts';
import { sha256Of } from '../artifacts/content-address.js';
import { Prisma, type PrismaClient } from '../generated/client.js';
import { decodeCursor, encodeCursor } from '../runs/cursor.js';
import { runColumns, type RunRow, runView } from '../runs/run-row.js';
import type { SweepStore, SweepWork } from '../store.js';
import { uuidV7 } from '../uuid-v7.js';
import { appendPoints, cancelSweep, retryFailed, setState } from './change-sweep.js';
import { insertPoints } from './insert-points.js';
import { noSuchSweep, sweepColumns, sweepKey, type SweepRow, sweepViews } from './sweep-rows.js';

/** The most that the reconciler is given at once; it comes again. */
const UNTOLD_AT_ONCE = 100;

export class PostgresSweepStore implements SweepStore {
  constructor(private readonly database: PrismaClient) {}

  async create(
    request: SweepRequest,
    runs: readonly RunRequest[],
    idempotencyKey?: string,
  ): Promise<{ sweep: SweepView; created: boolean }> {
    const id = uuidV7();
    const { name = null, tags, inFlight, reuse } = request;
    const requestSha256 = sha256Of(canonicalJson(request));
    const created = await this.database.$transaction(async (transaction) => {
      const inserted = await transaction.$executeRaw`
        INSERT INTO "Sweep" (id, name, tags, "inFlight", reuse, request, "requestSha256", "idempotencyKey")
        VALUES (${id}::uuid, ${name}, ${tags}::text[], ${inFlight}, ${reuse}, ${JSON.stringify(request)}::jsonb,
          ${requestSha256}, ${idempotencyKey ?? null})
        ON CONFLICT ("idempotencyKey") DO NOTHING`;
      const points = runs.map((run, point) => ({ point, request: run }));
      if (inserted === 1) await insertPoints(transaction, id, points);
      return inserted === 1;
    });
    if (created || idempotencyKey === undefined) return { sweep: await this.get(id), created };
    const earlier = await this.database.sweep.findUniqueOrThrow({ where: { idempotencyKey } });
    if (earlier.requestSha256 === requestSha256) return { sweep: await this.get(earlier.id), created };
    throw new PatchbayError(
      'conflict',
      'This idempotency key was used for another sweep.',
      'Send a new key with a new sweep, and the same key only to repeat one.',
    );
  }

  async get(id: string): Promise<SweepView> {
    const [view] = await sweepViews(this.database, [await this.#row(id)]);
    if (view === undefined) throw noSuchSweep(id);
    return view;
  }

  async list({ limit, cursor }: SweepListQuery): Promise<SweepPage> {
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    const rows = await this.database.sweep.findMany({
      select: sweepColumns,
      ...(before && {
        where: {
          OR: [{ createdAt: { lt: before.createdAt } }, { createdAt: before.createdAt, id: { lt: before.id } }],
        },
      }),
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > page.length && last ? encodeCursor(last) : null;
    return { sweeps: await sweepViews(this.database, page), next };
  }

  async points(id: string, { limit, after = -1, status }: PointListQuery): Promise<PointPage> {
    const { id: key } = await this.#row(id);
    const only = status === undefined ? Prisma.sql`true` : Prisma.sql`status = ${status}::"RunStatus"`;
    const rows = await this.database.$queryRaw<(RunRow & { point: number })[]>`
      SELECT ${runColumns}, point FROM "Run" WHERE "sweepId" = ${key}::uuid AND point > ${after} AND ${only}
      ORDER BY point LIMIT ${limit + 1}`;
    const page = rows.slice(0, limit);
    const points = page.map(({ point, ...row }) => ({ point, run: runView(row) }));
    return { points, next: rows.length > page.length ? (points.at(-1)?.point ?? null) : null };
  }

  append(id: string, runs: readonly RunRequest[]): Promise<void> {
    return appendPoints(this.database, sweepKey(id), runs);
  }
  pause(id: string): Promise<void> {
    return setState(this.database, sweepKey(id), 'paused');
  }
  resume(id: string): Promise<void> {
    return setState(this.database, sweepKey(id), 'active');
  }
  retryFailed(id: string): Promise<void> {
    return retryFailed(this.database, sweepKey(id));
  }
  cancel(id: string): Promise<void> {
    return cancelSweep(this.database, sweepKey(id));
  }

  async nextRuns(id: string, except: readonly string[], limit: number): Promise<SweepWork> {
    const { id: key, state, inFlight } = await this.#row(id);
    if (state !== 'active') return { state, inFlight, runs: [] };
    const runs = await this.database.$queryRaw<{ runId: string; device: Device }[]>`
      SELECT id AS "runId", request ->> 'device' AS device FROM "Run"
      WHERE "sweepId" = ${key}::uuid AND point IS NOT NULL AND status IN ('queued', 'running')
        AND id <> ALL(${except}::uuid[])
      ORDER BY point LIMIT ${limit}`;
    return { state, inFlight, runs };
  }

  async changes(id: string): Promise<number> {
    return (await this.#row(id)).changes;
  }

  async untold(olderThanSeconds: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Sweep" WHERE "changesTold" < changes
        AND "createdAt" <= now() - make_interval(secs => ${olderThanSeconds}::float8)
      ORDER BY "createdAt", id LIMIT ${UNTOLD_AT_ONCE}`;
    return rows.map((row) => row.id);
  }

  async confirmTold(id: string, changes: number): Promise<void> {
    await this.database.sweep.updateMany({
      where: { id: sweepKey(id), changesTold: { lt: changes } },
      data: { changesTold: changes },
    });
  }

  async #row(id: string): Promise<SweepRow> {
    const row = await this.database.sweep.findUnique({ where: { id: sweepKey(id) }, select: sweepColumns });
    if (row === null) throw noSuchSweep(id);
    return row;
  }
}
