import { processesOf } from '../platform/processes.js';
import {
  type PointPage,
  pointPageSchema,
  type SweepRequestInput,
  type SweepView,
  sweepViewSchema,
} from '@patchbay/contracts';
import { until } from '../platform/stack.js';

/** @file A sweep as a script works with it: plain HTTP. */

export type Point = PointPage['points'][number];

async function post(url: string, path: string, body: unknown = {}): Promise<SweepView> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/sweeps${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return sweepViewSchema.parse(await response.json());
}

export const submitSweep = (url: string, sweep: SweepRequestInput): Promise<SweepView> => post(url, '', sweep);
export const changeSweep = (
  url: string,
  id: string,
  how: 'pause' | 'resume' | 'retry' | 'cancel',
): Promise<SweepView> => post(url, `/${id}/${how}`);

export const getSweep = async (url: string, id: string): Promise<SweepView> =>
  sweepViewSchema.parse(await (await fetch(`${url}/v1/sweeps/${id}`)).json());

export const ended = ({ points, counts }: SweepView): number => points - counts.queued - counts.running;

export async function untilEnded(url: string, id: string, count: number, withinMs: number): Promise<SweepView> {
  await until(async () => ended(await getSweep(url, id)) >= count, withinMs);
  return getSweep(url, id);
}

export async function pointsOf(url: string, id: string): Promise<Point[]> {
  const points: Point[] = [];
  for (let next: number | null = -1; next !== null;) {
    const after: string = next < 0 ? '' : `&after=${next}`;
    const response: Response = await fetch(`${url}/v1/sweeps/${id}/points?limit=200${after}`);
    const page: PointPage = pointPageSchema.parse(await response.json());
    points.push(...page.points);
    next = page.next;
  }
  return points;
}

/** kill -9 of the workers of a home; the stack starts them again. */
export function killWorkers(home: string): number {
  const workers = processesOf(home).filter(({ command }) => /worker.dist.main\.js/.test(command));
  for (const { pid } of workers) process.kill(pid, 'SIGKILL');
  return workers.length;
}
