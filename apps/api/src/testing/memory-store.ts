import { isFinal, notFound, PatchbayError, type RunEvent, type RunView, type ModelView } from '@patchbay/contracts';
import type { ApiStore } from '../parts.js';
import { randomUUID } from 'node:crypto';

export function memoryStore(): any {
  const runs = new Map<string, RunView & { key?: string; started: boolean }>();
  const events = new Map<string, RunEvent[]>();
  const watchers = new Map<string, Set<() => void>>();
  const models: ModelView[] = [];
  const tasks = new Map<string, { jsonl: string; pairs: number }>();
  let n = 0;
  const now = () => new Date().toISOString();
  const get = (id: string) => {
    const r = runs.get(id);
    if (!r) throw notFound('no run', 'list');
    return r;
  };
  const append = async (id: string, event: any) => {
    n++;
    const l = events.get(id) ?? [];
    l.push({ id: String(n), at: now(), event });
    events.set(id, l);
    for (const w of watchers.get(id) ?? []) w();
  };
  return {
    runs: {
      async create(request: any, key?: string) {
        for (const r of runs.values())
          if (key && r.key === key) {
            if (JSON.stringify(r.request) !== JSON.stringify(request)) throw new PatchbayError('conflict', 'k', 'o');
            return { run: r, created: false };
          }
        const run: any = { id: randomUUID(), name: null, tags: [], status: 'queued', request, progress: null, error: null, attempts: 0, createdAt: now(), startedAt: null, finishedAt: null };
        runs.set(run.id, Object.assign(run, { key, started: false }));
        await append(run.id, { type: 'status', status: 'queued', error: null });
        return { run, created: true };
      },
      async get(id: string) { return get(id); },
      async list(q: any) {
        const all = [...runs.values()].reverse();
        const from = q.cursor ? Number(q.cursor) : 0;
        return { runs: all.slice(from, from + q.limit), next: from + q.limit < all.length ? String(from + q.limit) : null };
      },
      async unstarted() { return [...runs.values()].filter((r) => !r.started && !isFinal(r.status)).map((r) => r.id); },
      async confirmStarted(id: string) { get(id).started = true; },
      async cancel(id: string) { if (isFinal(get(id).status)) return; get(id).status = 'cancelled'; await append(id, { type: 'status', status: 'cancelled', error: null }); },
      async begin(id: string) { get(id).status = 'running'; await append(id, { type: 'status', status: 'running', error: null }); },
      async result(id: string) { get(id); throw notFound('no result', 'wait'); },
    },
    events: {
      append,
      async since(id: string, after?: string) { return (events.get(id) ?? []).filter((e) => after === undefined || Number(e.id) > Number(after)); },
      async watch(id: string, f: () => void) {
        const s = watchers.get(id) ?? new Set(); watchers.set(id, s); s.add(f);
        return () => s.delete(f);
      },
    },
    models: {
      async add(m: any, view: ModelView) { models.push({ ...view, source: m.source }); return view; },
      async list() { return models; },
      async source(name: string) { return models.find((m) => m.name === name)?.source; },
    },
    tasks: {
      async add(name: string, jsonl: string, pairs: number) {
        if (tasks.has(name) && tasks.get(name)?.jsonl !== jsonl) throw new PatchbayError('conflict', 'k', 'o');
        tasks.set(name, { jsonl, pairs });
      },
      async list() { return [...tasks].map(([name, { pairs }]) => ({ name, pairs })); },
      async jsonl(name: string) { return tasks.get(name)?.jsonl; },
    },
    async ping() {},
    async close() {},
  };
}
