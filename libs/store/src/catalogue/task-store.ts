import { PatchbayError } from '@patchbay/contracts';
import type { Artifacts } from '../artifacts/artifacts.js';
import type { PrismaClient } from '../generated/client.js';
import type { TaskStore } from '../store.js';

export class PostgresTaskStore implements TaskStore {
  constructor(
    private readonly database: PrismaClient,
    private readonly artifacts: Artifacts,
  ) {}

  async add(name: string, jsonl: string, pairs: number): Promise<void> {
    const sha256 = await this.artifacts.put(Buffer.from(jsonl), 'application/jsonl');
    // An update that changes nothing, so that the row is counted where name and content are the same.
    const stored = await this.database.$executeRaw`
      INSERT INTO "Task" (name, pairs, "jsonlSha256") VALUES (${name}, ${pairs}, ${sha256})
      ON CONFLICT (name) DO UPDATE SET pairs = excluded.pairs WHERE "Task"."jsonlSha256" = excluded."jsonlSha256"`;
    if (stored === 1) return;
    throw new PatchbayError(
      'conflict',
      `There is another task named ${name}.`,
      'Choose another name: finished runs refer to the task under this one.',
    );
  }

  list(): Promise<{ name: string; pairs: number }[]> {
    return this.database.task.findMany({ orderBy: { name: 'asc' }, select: { name: true, pairs: true } });
  }

  async jsonl(name: string): Promise<string | undefined> {
    const task = await this.database.task.findUnique({ where: { name } });
    return task === null ? undefined : Buffer.from(await this.artifacts.get(task.jsonlSha256)).toString();
  }
}
