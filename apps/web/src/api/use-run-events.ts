import { isFinal, runEventSchema, type RunEvent, type RunView } from '@patchbay/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { eventsPath } from './client.js';
import { runQuery } from './queries.js';

/** How often the page redraws while events pour in, as when a long history is replayed. */
const FLUSH_MS = 200;
/** Most events kept at hand: enough for every unit of a large run's last rounds. */
const MAX_EVENTS = 2_000;

export type Connection = 'connecting' | 'open' | 'lost' | 'ended';

/**
 * Follows a run's event stream, which replays from its start and, after a break, goes on where it stopped (the browser
 * sends the last event's id). Progress and status go into the run's cached view.
 */
export function useRunEvents(runId: string): { events: readonly RunEvent[]; connection: Connection } {
  const client = useQueryClient();
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  const [connection, setConnection] = useState<Connection>('connecting');

  useEffect(() => {
    const source = new EventSource(eventsPath(runId));
    let fresh: RunEvent[] = [];
    const flush = (): void => {
      if (fresh.length === 0) return;
      const news = fresh;
      fresh = [];
      setEvents((known) => appendEvents(known, news));
      const statusChanged = news.some(({ event }) => event.type === 'status');
      if (statusChanged) void client.invalidateQueries({ queryKey: runQuery(runId).queryKey });
      client.setQueryData(runQuery(runId).queryKey, (run) => run && withProgress(run, news));
    };
    const end = (): void => {
      source.close();
      setConnection('ended');
    };
    source.onopen = () => setConnection('open');
    source.onmessage = (message: MessageEvent<string>) => {
      const event = runEventSchema.parse(JSON.parse(message.data));
      fresh.push(event);
      if (event.event.type === 'status' && isFinal(event.event.status)) {
        flush();
        end();
      }
    };
    source.onerror = () => (source.readyState === EventSource.CLOSED ? end() : setConnection('lost'));
    const timer = setInterval(flush, FLUSH_MS);
    return () => {
      clearInterval(timer);
      source.close();
      setEvents([]);
    };
  }, [runId, client]);

  return { events, connection };
}

/** Adds what is new; an event that came twice counts once. */
export function appendEvents(known: readonly RunEvent[], news: readonly RunEvent[]): readonly RunEvent[] {
  const seen = new Set(known.map((event) => event.id));
  return [...known, ...news.filter((event) => !seen.has(event.id))].slice(-MAX_EVENTS);
}

/** The run with the last progress among these events; an ended run keeps its own. */
export function withProgress(run: RunView, news: readonly RunEvent[]): RunView {
  const last = news.findLast(({ event }) => event.type === 'progress')?.event;
  return last?.type === 'progress' && !isFinal(run.status) ? { ...run, progress: last.progress } : run;
}
