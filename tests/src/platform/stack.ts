import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Result,
  type RunRequestInput,
  type RunView,
  isFinal,
  resultSchema,
  runViewSchema,
} from '@patchbay/contracts';

/** @file Patchbay as a newcomer starts it: `patchbay up` in a process of its own, on a home and a port of its own. */

const cli = fileURLToPath(new URL('../../../apps/cli/bin/patchbay.js', import.meta.url));
/** What is fetched once for all tests: see setup/run.ts. */
export const testHome =
  process.env['PATCHBAY_TEST_HOME'] ?? fileURLToPath(new URL('../../../node_modules/.cache/patchbay', import.meta.url));

export interface RunningStack {
  url: string;
  home: string;
  process: ChildProcess;
  /** Ctrl-C, and wait. @returns the exit code */
  stop(): Promise<number | null>;
}

/** An empty home; the Temporal server that an earlier test fetched is put in its cache. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'patchbay-home-'));
  shareCache(join(testHome, 'cache'), join(home, 'cache'));
  return home;
}

export function removeHome(home: string): void {
  shareCache(join(home, 'cache'), join(testHome, 'cache'));
  rmSync(home, { recursive: true, force: true });
}

function shareCache(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of existsSync(from) ? readdirSync(from) : []) {
    if (name.startsWith('temporal-') && !existsSync(join(to, name))) copyFileSync(join(from, name), join(to, name));
  }
}

export async function startStack(home: string, settings: NodeJS.ProcessEnv = {}): Promise<RunningStack> {
  const port = await freePort();
  const env = { ...process.env, PATCHBAY_HOME: home, PATCHBAY_PORT: String(port), ...settings };
  const child = spawn(process.execPath, [cli, 'up'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said: string[] = [];
  child.stdout.on('data', (text: Buffer) => said.push(text.toString()));
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  const url = `http://127.0.0.1:${port}`;
  const exited = ended.then((code) => {
    throw new Error(`patchbay up ended with ${code}:\n${said.join('')}`);
  });
  await Promise.race([until(async () => (await fetch(`${url}/v1/health`)).ok, 90_000), exited]);
  exited.catch(() => undefined);
  return {
    url,
    home,
    process: child,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });

/** Polls until it holds; what throws counts as not yet. */
export async function until(holds: () => Promise<boolean> | boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      if (await holds()) return;
    } catch {
      // not yet
    }
    if (Date.now() > deadline) throw new Error(`not so within ${withinMs} ms: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function submit(url: string, request: RunRequestInput): Promise<RunView> {
  const response = await fetch(`${url}/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return runViewSchema.parse(await response.json());
}

export const getRun = async (url: string, id: string): Promise<RunView> =>
  runViewSchema.parse(await (await fetch(`${url}/v1/runs/${id}`)).json());

export async function finished(url: string, id: string, withinMs = 120_000): Promise<RunView> {
  await until(async () => isFinal((await getRun(url, id)).status), withinMs);
  return getRun(url, id);
}

export const resultOf = async (url: string, id: string): Promise<Result> =>
  resultSchema.parse(await (await fetch(`${url}/v1/runs/${id}/result`)).json());
