import {
  type Artifact,
  type ArtifactFile,
  notFound,
  type ErrorReport,
  type Manifest,
  type Progress,
} from '@patchbay/contracts';
import type { Result, RunListQuery, RunPage, RunRequest, RunView } from '@patchbay/contracts';
import type { Artifacts } from '../artifacts/artifacts.js';
import { appendEvent } from '../events/append-event.js';
import type { PrismaClient } from '../generated/client.js';
import type { RunStore } from '../store.js';
import { createRun } from './create-run.js';
import { statusOf, stopRun, succeedRun, wrongStatus } from './end-run.js';
import { listRuns } from './list-runs.js';
import { manifestSha256, reuseRun } from './reuse-run.js';
import { noSuchRun, runKey } from './run-key.js';
import { runColumns, type RunRow, runView } from './run-row.js';

/** The most that the reconciler is given at once; it comes again. */
const UNSTARTED_AT_ONCE = 1000;

/** Every change of status is one guarded UPDATE, together with the event that tells of it. */
export class PostgresRunStore implements RunStore {
  constructor(
    private readonly database: PrismaClient,
    private readonly artifacts: Artifacts,
  ) {}

  async create(request: RunRequest, idempotencyKey?: string): Promise<{ run: RunView; created: boolean }> {
    const { id, created } = await createRun(this.database, request, idempotencyKey);
    return { run: await this.get(id), created };
  }

  async get(id: string): Promise<RunView> {
    const [row] = await this.database.$queryRaw<RunRow[]>`
      SELECT ${runColumns} FROM "Run" WHERE id = ${runKey(id)}::uuid`;
    if (row === undefined) throw noSuchRun(id);
    return runView(row);
  }

  list(query: RunListQuery): Promise<RunPage> {
    return listRuns(this.database, query);
  }

  async unstarted(olderThanSeconds: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Run"
      WHERE status = 'queued' AND "startConfirmedAt" IS NULL AND "sweepId" IS NULL
        AND "createdAt" <= now() - make_interval(secs => ${olderThanSeconds}::float8)
      ORDER BY "createdAt", id LIMIT ${UNSTARTED_AT_ONCE}`;
    return rows.map((row) => row.id);
  }

  async confirmStarted(id: string): Promise<void> {
    await this.database.run.updateMany({
      where: { id: runKey(id), startConfirmedAt: null },
      data: { startConfirmedAt: new Date() },
    });
  }

  async begin(id: string, manifest: Manifest): Promise<void> {
    const key = runKey(id);
    await this.database.$transaction(async (transaction) => {
      const changed = await transaction.$executeRaw`
        UPDATE "Run" SET status = 'running', manifest = ${JSON.stringify(manifest)}::jsonb,
          "manifestSha256" = ${manifestSha256(manifest)}, "startedAt" = now(),
          "startConfirmedAt" = coalesce("startConfirmedAt", now())
        WHERE id = ${key}::uuid AND status = 'queued'`;
      if (changed === 1) return appendEvent(transaction, key, { type: 'status', status: 'running', error: null });
      const status = await statusOf(transaction, key);
      if (status !== 'running') throw wrongStatus(id, status);
    });
  }

  async manifest(id: string): Promise<Manifest | null> {
    const run = await this.database.run.findUnique({ where: { id: runKey(id) }, select: { manifest: true } });
    if (run === null) throw noSuchRun(id);
    return run.manifest as Manifest | null;
  }

  reuse(id: string): Promise<string | undefined> {
    return reuseRun(this.database, runKey(id));
  }

  async progress(id: string, progress: Progress): Promise<void> {
    await this.database.$executeRaw`
      UPDATE "Run" SET progress = ${JSON.stringify(progress)}::jsonb
      WHERE id = ${runKey(id)}::uuid AND status IN ('queued', 'running')`;
  }

  async succeed(id: string, result: Result, files: Readonly<Record<string, ArtifactFile>> = {}): Promise<void> {
    const named = await Promise.all(
      Object.entries(files).map(async ([name, { bytes, mediaType }]): Promise<[string, Artifact]> => {
        return [name, { sha256: await this.artifacts.put(bytes, mediaType), bytes: bytes.length, mediaType }];
      }),
    );
    const whole = named.length > 0 ? { ...result, artifacts: Object.fromEntries(named) } : result;
    const sha256 = await this.artifacts.put(Buffer.from(JSON.stringify(whole)), 'application/json');
    await succeedRun(this.database, runKey(id), whole, sha256);
  }

  fail(id: string, error: ErrorReport): Promise<void> {
    return stopRun(this.database, runKey(id), 'failed', error);
  }

  cancel(id: string): Promise<void> {
    return stopRun(this.database, runKey(id), 'cancelled', null);
  }

  async result(id: string): Promise<Result> {
    const run = await this.database.run.findUnique({ where: { id: runKey(id) }, select: { resultSha256: true } });
    if (run === null) throw noSuchRun(id);
    if (run.resultSha256 === null) {
      throw notFound(`Run ${id} has no result.`, 'Wait until the run has succeeded.');
    }
    return JSON.parse(Buffer.from(await this.artifacts.get(run.resultSha256)).toString()) as Result;
  }

  async file(id: string, name: string): Promise<ArtifactFile> {
    const { artifacts = {} } = await this.result(id);
    const found = Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
    if (found) return { mediaType: found.mediaType, bytes: await this.artifacts.get(found.sha256) };
    const names = Object.keys(artifacts);
    throw notFound(
      `Run ${id} left no file of that name.`,
      names.length > 0 ? `Ask for ${names.join(' or ')}.` : 'Its result is all there is.',
    );
  }
}
