import type { ErrorReport, Progress, RunRequest, RunStatus, RunView } from '@patchbay/contracts';
import { Prisma } from '../generated/client.js';

/** What lists and single views show of a run. */
export interface RunRow {
  id: string;
  status: RunStatus;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  name: string | null;
  tags: string[];
  request: RunRequest;
  progress: Progress | null;
  error: ErrorReport | null;
  attempts: number;
  sweepId: string | null;
  reusedFrom: string | null;
}

/** The columns of a {@link RunRow}; the manifest, which can be long, stays behind. */
export const runColumns = Prisma.raw(
  `id, status::text AS status, "createdAt", "startedAt", "finishedAt", name, tags, request, progress, error, attempts,
   "sweepId", "reusedFrom"`,
);

export function runView({ sweepId, reusedFrom, ...row }: RunRow): RunView {
  return {
    ...row,
    ...(sweepId && { sweepId }),
    ...(reusedFrom && { reusedFrom }),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
