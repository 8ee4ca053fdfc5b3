import type { ApiClient } from '../api/api-client.js';
import { print, printList } from '../output/print.js';

/** Lists runs, newest first. */
export async function listRuns(api: ApiClient, query: Record<string, string>, json?: boolean): Promise<void> {
  const { runs } = await api.runs(query);
  printList(runs, json, ['id', 'status', 'method', 'model', 'task', 'created', 'name'], (run) => {
    const { method, model, task } = run.request;
    return [run.id, run.status, method, model, task, run.createdAt, run.name];
  });
}

/** Shows one run whole. */
export async function showRun(api: ApiClient, id: string): Promise<void> {
  print(JSON.stringify(await api.run(id), null, 2));
}

export async function cancelRun(api: ApiClient, id: string): Promise<void> {
  const run = await api.cancel(id);
  print(`The run is ${run.status === 'running' || run.status === 'queued' ? 'being cancelled' : run.status}.`);
}
