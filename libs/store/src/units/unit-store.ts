import { notFound, PatchbayError } from '@patchbay/contracts';
import type { Artifacts } from '../artifacts/artifacts.js';
import { decode, encode, ENCODED_MEDIA_TYPE } from '../artifacts/encoding.js';
import { Prisma, type PrismaClient } from '../generated/client.js';
import { runKey } from '../runs/run-key.js';
import type { UnitStore } from '../store.js';

/** Partials that are read at once: enough to hide a bucket's latency, few enough to hold in memory. */
const READS_AT_ONCE = 16;

export class PostgresUnitStore implements UnitStore {
  constructor(
    private readonly database: PrismaClient,
    private readonly artifacts: Artifacts,
  ) {}

  async planRound(runId: string, round: number, units: readonly unknown[], state: unknown): Promise<void> {
    const key = runKey(runId);
    const stateSha256 = await this.#put(state);
    await this.database.$transaction(async (transaction) => {
      const planned = await transaction.$executeRaw`
        INSERT INTO "Round" ("runId", round, "stateSha256") VALUES (${key}::uuid, ${round}, ${stateSha256})
        ON CONFLICT ("runId", round) DO NOTHING`;
      if (planned === 0) return;
      const encoded = units.map((unit) => Buffer.from(encode(unit)).toString('base64'));
      await transaction.$executeRaw`
        INSERT INTO "Unit" ("runId", round, index, unit)
        SELECT ${key}::uuid, ${round}, given.position - 1, decode(given.unit, 'base64')
        FROM unnest(${encoded}::text[]) WITH ORDINALITY AS given (unit, position)`;
    });
  }

  async round(runId: string, round: number): Promise<{ state: unknown; units: number } | null> {
    const found = await this.database.round.findUnique({
      where: { runId_round: { runId: runKey(runId), round } },
      select: { stateSha256: true, _count: { select: { units: true } } },
    });
    return found && { state: decode(await this.artifacts.get(found.stateSha256)), units: found._count.units };
  }

  async unit(
    runId: string,
    round: number,
    index: number,
  ): Promise<{ unit: unknown; done: boolean; checkpoint: unknown }> {
    const found = await this.database.unit.findUnique({
      where: { runId_round_index: { runId: runKey(runId), round, index } },
    });
    if (found === null) throw noSuchUnit(runId, round, index);
    const { unit, partialSha256, checkpointSha256 } = found;
    const checkpoint = checkpointSha256 === null ? undefined : decode(await this.artifacts.get(checkpointSha256));
    return { unit: decode(unit), done: partialSha256 !== null, checkpoint };
  }

  async storePartial(
    runId: string,
    round: number,
    index: number,
    partial: unknown,
    attempt: number,
    seconds: number,
  ): Promise<boolean> {
    const sha256 = await this.#put(partial);
    const again = Math.max(0, attempt - 1);
    // Whoever comes second waits for the row, then finds it done and changes nothing.
    const [row] = await this.database.$queryRaw<{ found: boolean; stored: boolean }[]>`
      WITH stored AS (
        UPDATE "Unit" SET "partialSha256" = ${sha256}, "checkpointSha256" = NULL, attempt = ${attempt},
          seconds = ${seconds}, "storedAt" = now()
        WHERE ${unitKey(runId, round, index)} AND "partialSha256" IS NULL RETURNING 1
      ), counted AS (
        UPDATE "Run" SET attempts = attempts + ${again}
        WHERE id = ${runKey(runId)}::uuid AND status = 'running' AND ${again} > 0 AND EXISTS (SELECT 1 FROM stored)
      )
      SELECT EXISTS (SELECT 1 FROM "Unit" WHERE ${unitKey(runId, round, index)}) AS found,
        EXISTS (SELECT 1 FROM stored) AS stored`;
    if (!row?.found) throw noSuchUnit(runId, round, index);
    return row.stored;
  }

  async storeCheckpoint(runId: string, round: number, index: number, checkpoint: unknown): Promise<void> {
    const sha256 = await this.#put(checkpoint);
    await this.database.$executeRaw`
      UPDATE "Unit" SET "checkpointSha256" = ${sha256}
      WHERE ${unitKey(runId, round, index)} AND "partialSha256" IS NULL`;
  }

  async partials(runId: string, round: number): Promise<unknown[]> {
    const rows = await this.database.unit.findMany({
      where: { runId: runKey(runId), round },
      orderBy: { index: 'asc' },
      select: { index: true, partialSha256: true },
    });
    const hashes = rows.map(({ index, partialSha256 }) => {
      if (partialSha256 !== null) return partialSha256;
      const message = `Unit ${index} of round ${round} of run ${runId} is not done yet.`;
      throw new PatchbayError('conflict', message, 'Wait until all units of the round are done.');
    });
    const partials: unknown[] = [];
    for (let from = 0; from < hashes.length; from += READS_AT_ONCE) {
      const bytes = await Promise.all(hashes.slice(from, from + READS_AT_ONCE).map((hash) => this.artifacts.get(hash)));
      partials.push(...bytes.map(decode));
    }
    return partials;
  }

  async counts(runId: string): Promise<{ done: number; total: number }> {
    const { _count } = await this.database.unit.aggregate({
      where: { runId: runKey(runId) },
      _count: { partialSha256: true, index: true },
    });
    return { done: _count.partialSha256, total: _count.index };
  }

  #put(value: unknown): Promise<string> {
    return this.artifacts.put(encode(value), ENCODED_MEDIA_TYPE);
  }
}

const unitKey = (runId: string, round: number, index: number): Prisma.Sql =>
  Prisma.sql`"runId" = ${runKey(runId)}::uuid AND round = ${round} AND index = ${index}`;

const noSuchUnit = (runId: string, round: number, index: number): PatchbayError =>
  notFound(`Run ${runId} has no unit ${index} in round ${round}.`, 'Plan the round before its units are computed.');
