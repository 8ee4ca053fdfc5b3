// `npm run check:infra [manifests|images]`: what infra/ holds, without a container engine or a cluster.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processesOf } from '../platform/processes.js';
import { freePort, newHome, removeHome, startStack, until } from '../platform/stack.js';
import { conform, EVERYTHING, lint, NEEDED, obeysPolicy, template } from './chart.js';
import { readCompose } from './compose.js';
import { environmentOf, execForm, lastStep, parseDockerfile, type Stage } from './dockerfile.js';
import { ImageFolders } from './image-folders.js';
import { fetchSchemas, fetchTool } from './tools.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function checkCompose(): void {
  const read = readCompose(fetchTool('compose-spec', say), 'given');
  if (typeof read === 'string') throw new Error(`The compose file: ${read}`);
  say('compose file: fits its specification');
}

function checkChart(): void {
  const [helm, kubeconform] = [fetchTool('helm', say), fetchTool('kubeconform', say)];
  const schemas = fetchSchemas(say);
  for (const [name, values] of Object.entries({ needed: NEEDED, everything: EVERYTHING })) {
    const manifests = template(helm, values);
    const checks = [lint(helm, values), manifests, conform(kubeconform, schemas, manifests.out)];
    for (const { ok, out, error } of [...checks, obeysPolicy(kubeconform, manifests.out)]) {
      if (!ok) throw new Error(`The chart (${name}): ${error}${out}`);
    }
    say(`chart (${name}): linted, fits the schemas, obeys the policy`);
  }
}

/** Carries out the images' steps, then starts what they made beside a Postgres and a Temporal. */
async function checkImages(): Promise<void> {
  const stages = parseDockerfile(readFileSync(join(repository, 'infra/images/Dockerfile'), 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-images-'));
  const home = newHome();
  try {
    const folders = new ImageFolders(stages, folder, repository, say);
    const [api, worker] = [folders.make('api'), folders.make('worker-cpu')];
    say('worker-cuda: its steps are those of worker-cpu, and one that fetches CUDA libraries, which is not run here');
    const stack = await startStack(home);
    try {
      const services = servicesOf(home);
      await startsUp(stageOf(stages, 'api'), api, services, '4455', '/v1/ready');
      await startsUp(stageOf(stages, 'worker-cpu'), worker, services, '8080', '/ready');
    } finally {
      await stack.stop();
    }
  } finally {
    removeHome(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

function stageOf(stages: readonly Stage[], name: string): Stage {
  const stage = stages.find((each) => each.name === name);
  if (!stage) throw new Error(`The Dockerfile has no stage ${name}.`);
  return stage;
}

/** Where the stack's Postgres and Temporal are: its API was told. */
function servicesOf(home: string): Record<string, string> {
  const environment = processesOf(home).find(({ command }) => command.includes('apps/api/dist/main.js'))?.environment;
  const names = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'ARTIFACTS_URL'];
  return Object.fromEntries(
    names.map((name) => [name, new RegExp(`(?:^| )${name}=(\\S+)`).exec(environment ?? '')?.[1] ?? '']),
  );
}

/** Starts an image's program in its folder, with ports of its own, and waits until it says that it is ready. */
async function startsUp(
  stage: Stage,
  root: string,
  services: Record<string, string>,
  port: string,
  path: string,
): Promise<void> {
  const [free, other] = [await freePort(), await freePort()];
  const command = [...execForm(lastStep(stage, 'ENTRYPOINT')), ...execForm(lastStep(stage, 'CMD'))];
  const [, ...args] = command.map((word) => (word === port ? String(free) : word === '9464' ? String(other) : word));
  const env = {
    ...{ PATH: process.env['PATH'], ...environmentOf(stage), ...services, PATCHBAY_PORT: String(free) },
    PATCHBAY_HOME: join(root, 'var/lib/patchbay'),
    // An image listens on every address of its container; this machine's are not its to listen on.
    PATCHBAY_HOST: '127.0.0.1',
  };
  const child = spawn(process.execPath, args, { cwd: join(root, 'app'), env, stdio: ['ignore', 2, 2] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    const ready = until(async () => (await fetch(`http://127.0.0.1:${free}${path}`)).ok, 90_000);
    const gone = ended.then((code) => {
      throw new Error(`${stage.name} ended with ${code} before it was ready.`);
    });
    await Promise.race([ready, gone]);
    gone.catch(() => undefined);
    say(`${stage.name}: ready`);
  } finally {
    child.kill('SIGTERM');
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${stage.name} ended with ${code} after SIGTERM.`);
}

const [only] = process.argv.slice(2);
try {
  if (only !== 'images') {
    checkCompose();
    checkChart();
  }
  if (only !== 'manifests') await checkImages();
  say('infra: all well');
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
