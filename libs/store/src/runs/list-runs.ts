import type { RunListQuery, RunPage } from '@patchbay/contracts';
import { Prisma, type PrismaClient } from '../generated/client.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { runColumns, type RunRow, runView } from './run-row.js';

/** A page of runs, newest first: keyset paging, so that page 200 costs what page 1 costs and no run is skipped. */
export async function listRuns(database: PrismaClient, query: RunListQuery): Promise<RunPage> {
  const rows = await database.$queryRaw<RunRow[]>`
    SELECT ${runColumns} FROM "Run" WHERE ${Prisma.join(conditions(query), ' AND ')}
    ORDER BY "createdAt" DESC, id DESC LIMIT ${query.limit + 1}`;
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return { runs: page.map(runView), next: rows.length > page.length && last ? encodeCursor(last) : null };
}

function conditions({ cursor, status, method, model, task, tag }: RunListQuery): Prisma.Sql[] {
  const found = [Prisma.sql`true`];
  if (cursor !== undefined) {
    const { createdAt, id } = decodeCursor(cursor);
    found.push(Prisma.sql`("createdAt", id) < (${createdAt}::timestamptz, ${id}::uuid)`);
  }
  if (status !== undefined) found.push(Prisma.sql`status = ${status}::"RunStatus"`);
  if (method !== undefined) found.push(Prisma.sql`method = ${method}`);
  if (model !== undefined) found.push(Prisma.sql`model = ${model}`);
  if (task !== undefined) found.push(Prisma.sql`task = ${task}`);
  if (tag !== undefined) found.push(Prisma.sql`tags @> ARRAY[${tag}]::text[]`);
  return found;
}
