import { notFound, type PatchbayError, type SweepStatus, type SweepView } from '@patchbay/contracts';
import type { Prisma } from '../generated/client.js';
import type { Sweep, SweepState } from '../generated/client.js';
import { isUuid } from '../uuid-v7.js';

/** @throws PatchbayError `not-found` for what cannot be a sweep's id */
export function sweepKey(id: string): string {
  if (!isUuid(id)) throw noSuchSweep(id);
  return id.toLowerCase();
}

export const noSuchSweep = (id: string): PatchbayError =>
  notFound(`There is no sweep ${id.slice(0, 64)}.`, 'List the sweeps to see their ids.');

interface StatusRow {
  sweepId: string;
  status: keyof SweepView['counts'];
  count: number;
  reused: number;
  finishedAt: Date | null;
}

/** What views show of a sweep, and what its workflow asks for; the request, which can be long, stays behind. */
export const sweepColumns = {
  id: true,
  state: true,
  createdAt: true,
  name: true,
  tags: true,
  inFlight: true,
  reuse: true,
  changes: true,
} as const;
export type SweepRow = Pick<Sweep, keyof typeof sweepColumns>;

/** The sweeps as people see them, with their points counted. */
export async function sweepViews(database: Prisma.TransactionClient, rows: readonly SweepRow[]): Promise<SweepView[]> {
  const counted = await database.$queryRaw<StatusRow[]>`
    SELECT "sweepId", status::text AS status, count(*)::int AS count, count("reusedFrom")::int AS reused,
      max("finishedAt") AS "finishedAt"
    FROM "Run" WHERE "sweepId" = ANY(${rows.map(({ id }) => id)}::uuid[]) AND point IS NOT NULL
    GROUP BY "sweepId", status`;
  return rows.map((row) =>
    sweepView(
      row,
      counted.filter(({ sweepId }) => sweepId === row.id),
    ),
  );
}

function sweepView(row: SweepRow, counted: readonly StatusRow[]): SweepView {
  const { id, name, tags, inFlight, reuse, state, createdAt } = row;
  const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
  for (const { status, count } of counted) counts[status] = count;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const open = counts.queued + counts.running;
  const ends = counted.flatMap(({ finishedAt }) => finishedAt ?? []).map((end) => end.getTime());
  return {
    ...{ id, name, tags, inFlight, reuse, counts },
    status: statusOf(state, open),
    points: sum(Object.values(counts)),
    reused: sum(counted.map(({ reused }) => reused)),
    createdAt: createdAt.toISOString(),
    finishedAt: open === 0 && ends.length > 0 ? new Date(Math.max(...ends)).toISOString() : null,
  };
}

function statusOf(state: SweepState, open: number): SweepStatus {
  if (state === 'cancelled') return 'cancelled';
  if (open === 0) return 'finished';
  return state === 'paused' ? 'paused' : 'running';
}
