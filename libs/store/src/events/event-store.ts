import { invalidInput, type RunEvent, type RunEventBody } from '@patchbay/contracts';
import type { PrismaClient } from '../generated/client.js';
import { runKey } from '../runs/run-key.js';
import type { EventStore } from '../store.js';
import { appendEvent } from './append-event.js';
import type { RunNews } from './run-news.js';

export class PostgresEventStore implements EventStore {
  constructor(
    private readonly database: PrismaClient,
    private readonly news: RunNews,
  ) {}

  append(runId: string, event: RunEventBody): Promise<void> {
    return appendEvent(this.database, runKey(runId), event);
  }

  async since(runId: string, after?: string): Promise<RunEvent[]> {
    const rows = await this.database.runEvent.findMany({
      where: { runId: runKey(runId), id: { gt: eventId(after ?? '0') } },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ id, at, event }) => ({
      id: String(id),
      at: at.toISOString(),
      event: event as unknown as RunEventBody,
    }));
  }

  watch(runId: string, onNews: () => void): Promise<() => void> {
    return this.news.watch(runKey(runId), onNews);
  }
}

/** Clients send it back as `Last-Event-ID`. 18 digits always fit a bigint. */
function eventId(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw invalidInput('The event id is not one that a run gave.', 'Send the id of the last event received, or none.');
}
