import { type SweepView, sweepPointsSchema } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print, printList } from '../output/print.js';
import { parsed, readJson } from '../sweep-options.js';

/** Lists sweeps, newest first. */
export async function listSweeps(api: ApiClient, json?: boolean): Promise<void> {
  const { sweeps } = await api.sweeps();
  printList(sweeps, json, ['id', 'status', 'points', 'succeeded', 'failed', 'open', 'created', 'name'], rowOf);
}

function rowOf({ id, status, points, counts, createdAt, name }: SweepView): (string | number | null)[] {
  return [id, status, points, counts.succeeded, counts.failed, counts.queued + counts.running, createdAt, name];
}

/** Shows all points of a sweep, or those of one status. */
export async function showSweep(
  api: ApiClient,
  id: string,
  query: Record<string, string>,
  json?: boolean,
): Promise<void> {
  const points = [];
  for (let after: number | null = -1; after !== null;) {
    const from: Record<string, string> = after < 0 ? {} : { after: String(after) };
    const page = await api.points(id, { limit: '200', ...query, ...from });
    points.push(...page.points);
    after = page.next;
  }
  printList(points, json, ['point', 'run', 'status', 'method', 'model', 'task', 'params', 'seed'], ({ point, run }) => {
    const { method, model, task, params, seed } = run.request;
    return [point, run.id, run.status, method, model, task, JSON.stringify(params), seed];
  });
}

export async function changeSweep(
  api: ApiClient,
  id: string,
  how: 'pause' | 'resume' | 'retry' | 'cancel',
): Promise<void> {
  print(`The sweep is ${(await api.changeSweep(id, how)).status}.`);
}

export async function appendPoints(api: ApiClient, id: string, file: string): Promise<void> {
  const sweep = await api.appendPoints(id, parsed(sweepPointsSchema, await readJson(file), file));
  print(`The sweep has ${sweep.points} points now.`);
}
