import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runPageSchema } from '@patchbay/contracts';
import { processesOf } from '../platform/processes.js';
import { newHome, removeHome, resultOf, startStack, until } from '../platform/stack.js';
import { type SweepProof, withProof } from './proof-page.js';
import { ended, getSweep, killWorkers, type Point, pointsOf, submitSweep } from './sweep-client.js';

const HELP = `npm run prove:sweep -- [options]     a large sweep of tiny runs, none lost, none doubled; writes docs/reliability.md

  --points N    runs (1000)
  --kills N     kill -9 of the worker, spread over the sweep (0)
  --out PATH    the page ('' writes none)
`;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    points: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '0' },
    out: { type: 'string', default: `${root}docs/reliability.md` },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) process.stdout.write(HELP);
else await prove(Number(options.points), Number(options.kills));

async function prove(points: number, kills: number): Promise<void> {
  const home = newHome();
  const stack = await startStack(home);
  try {
    const proof = await measure(stack.url, home, points, kills);
    process.stdout.write(`${JSON.stringify(proof, null, 2)}\n`);
    const { out } = options;
    if (out !== '') writeFileSync(out, withProof(existsSync(out) ? readFileSync(out, 'utf8') : '', proof));
    if (proof.lost + proof.doubled + proof.failed > 0 || proof.longestHistory >= 10_000) process.exitCode = 1;
  } finally {
    await stack.stop();
    removeHome(home);
  }
}

async function measure(url: string, home: string, points: number, kills: number): Promise<SweepProof> {
  const seeds = Array.from({ length: points }, (_, seed) => seed);
  const base = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching', pairs: 2 };
  const from = performance.now();
  const { id } = await submitSweep(url, { base, grid: { seed: seeds }, tags: ['proof'] });
  const submitSeconds = (performance.now() - from) / 1000;
  for (let kill = 1; kill <= kills; kill++) {
    await until(async () => ended(await getSweep(url, id)) >= (points * kill) / (kills + 1), 3_600_000);
    killWorkers(home);
  }
  await until(async () => ended(await getSweep(url, id)) === points, 7_200_000);
  const seconds = (performance.now() - from) / 1000;
  const all = await pointsOf(url, id);
  const computeSeconds = await computed(url, all);
  const histories = historyLengths(home, id);
  return {
    ...{ points, kills, seconds, submitSeconds, computeSeconds },
    overheadMs: ((seconds - computeSeconds) / points) * 1000,
    lost: points - new Set(all.map(({ run }) => run.request.seed)).size,
    doubled: (await countTagged(url)) - points,
    failed: all.filter(({ run }) => run.status !== 'succeeded').length,
    executions: histories.length,
    longestHistory: Math.max(...histories),
    machine: `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Seconds that the runs say they computed, in all: loading and computing, with one slot one after another. */
async function computed(url: string, points: readonly Point[]): Promise<number> {
  let seconds = 0;
  for (const { run } of points.filter(({ run }) => run.status === 'succeeded')) {
    const result = await resultOf(url, run.id);
    seconds += result.seconds.load + result.seconds.compute;
  }
  return seconds;
}

async function countTagged(url: string): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const from: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const response: Response = await fetch(`${url}/v1/runs?tag=proof&limit=200${from}`);
    const page = runPageSchema.parse(await response.json());
    count += page.runs.length;
    cursor = page.next;
  }
  return count;
}

/** Events of each execution of the sweep's workflow, as Temporal's own tool counts them. */
function historyLengths(home: string, sweepId: string): number[] {
  const server = processesOf(home).find(({ command }) => command.includes('server start-dev'));
  const [, executable, port] = /(\S*temporal\S*) server start-dev.* --port (\d+)/.exec(server?.command ?? '') ?? [];
  if (!executable || !port) throw new Error('The Temporal server of this home does not run.');
  const args = ['workflow', 'list', '--address', `127.0.0.1:${port}`, '-o', 'json'];
  const { stdout } = spawnSync(executable, [...args, '--query', `WorkflowId = "${sweepId}"`], { encoding: 'utf8' });
  return (JSON.parse(stdout) as { historyLength: string }[]).map(({ historyLength }) => Number(historyLength));
}
