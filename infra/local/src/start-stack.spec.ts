import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdtemp, mkdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isRunning } from './process/process-identity.js';
import { findTemporal } from './temporal/find-temporal.js';

// The stack is run from its build, in a process of its own that can be killed; see fixtures/run-stack.js.
const runner = fileURLToPath(new URL('../fixtures/run-stack.js', import.meta.url));
const brokenApi = fileURLToPath(new URL('../fixtures/broken-api.js', import.meta.url));
const sharedHome = process.env.PATCHBAY_TEST_HOME ?? join(tmpdir(), 'patchbay-tests');
const slow = 90_000;

interface Line {
  step?: string;
  starts?: number;
  up?: string;
  databaseUrl?: string;
  temporalAddress?: string;
  failed?: string;
  action?: string;
  stopped?: boolean;
}

class Run {
  readonly lines: Line[] = [];
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;

  constructor(home: string, env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [runner], {
      env: { ...process.env, PATCHBAY_HOME: home, PATCHBAY_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = once(this.#child, 'exit');
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
    }
  }

  async until<K extends keyof Line>(key: K): Promise<NonNullable<Line[K]>> {
    for (;;) {
      const value = this.lines.find((line) => line[key] !== undefined)?.[key];
      if (value !== undefined) return value;
      if (this.#child.exitCode !== null) throw new Error(`ended without "${key}": ${JSON.stringify(this.lines)}`);
      await sleep(20);
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }
}

interface StackFile {
  children: { name: string; pid: number; identity: string }[];
}

const stackFile = async (home: string): Promise<StackFile> =>
  JSON.parse(await readFile(join(home, 'stack.json'), 'utf8')) as StackFile;
const stillRunning = (file: StackFile) => file.children.filter(isRunning).map((child) => child.name);

describe('startStack', () => {
  const folders: string[] = [];
  const runs: Run[] = [];

  async function newHome(mode = 0o755): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-spec-'));
    folders.push(folder);
    await chmod(folder, mode);
    const home = join(folder, 'home');
    await mkdir(home);
    await symlink(join(sharedHome, 'cache'), join(home, 'cache'));
    return home;
  }

  function start(home: string, env?: NodeJS.ProcessEnv): Run {
    const run = new Run(home, env);
    runs.push(run);
    return run;
  }

  beforeAll(() => findTemporal({ home: sharedHome }), 300_000);

  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.kill('SIGINT')));
    for (const folder of folders.splice(0)) {
      const postgres = await realpath(join(folder, 'home', 'postgres')).catch(() => folder);
      await Promise.all([folder, postgres].map((path) => rm(path, { recursive: true, force: true })));
    }
  }, slow);

  it('starts everything, keeps the data, and leaves nothing running', { timeout: slow }, async () => {
    const home = await newHome();
    const first = start(home);
    expect(await (await fetch(await first.until('up'))).json()).toHaveProperty('pid');
    const file = await stackFile(home);
    expect(stillRunning(file).sort()).toEqual(['API', 'Postgres', 'Temporal', 'Worker']);
    expect((await lstat(join(home, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    await first.kill('SIGINT');
    expect(stillRunning(file)).toEqual([]);

    const second = start(home);
    expect(await second.until('starts')).toBe(2);
  });

  it('refuses a second start on the same home and says where the first is', { timeout: slow }, async () => {
    const home = await newHome();
    const url = await start(home).until('up');
    const second = start(home);
    expect(await second.until('failed')).toContain(url);
    await second.exited;
    expect((await fetch(url)).ok).toBe(true);
  });

  it('takes its processes along when it is killed, and starts again', { timeout: slow }, async () => {
    const home = await newHome();
    const first = start(home);
    await first.until('up');
    const file = await stackFile(home);
    await first.kill('SIGKILL');
    // Only Linux can end a program that is no Node process together with its parent.
    const left = process.platform === 'linux' ? [] : ['Postgres', 'Temporal'];
    await expect.poll(() => stillRunning(file).sort(), { timeout: 10_000 }).toEqual(left);
    const second = start(home);
    await second.until('up');
    expect(await second.until('starts')).toBe(2);
    expect(stillRunning(file)).toEqual([]);
  });

  it('is called off at any moment of the start without leaving a process', { timeout: slow }, async () => {
    const home = await newHome();
    for (const afterMs of [150, 400, 800, 1_500, 2_500]) {
      const run = start(home);
      await sleep(afterMs);
      const file = await stackFile(home).catch(() => ({ children: [] }));
      await run.kill('SIGINT');
      expect(stillRunning(file)).toEqual([]);
      await expect(stackFile(home)).rejects.toThrow('ENOENT');
    }
    expect(await start(home).until('up')).toContain('http://127.0.0.1:');
  });

  it('starts a killed API again at the same address', { timeout: slow }, async () => {
    const run = start(await newHome());
    const url = await run.until('up');
    const ask = async () => ((await (await fetch(url)).json()) as { pid: number }).pid;
    const before = await ask();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => ask().catch(() => before), { timeout: 10_000 }).not.toBe(before);
  });

  it('says what the API said when it does not start, and stops the rest', { timeout: slow }, async () => {
    const home = await newHome();
    const run = start(home, { STUB_API: brokenApi });
    expect(await run.until('failed')).toBe('API ended while starting (exit code 3).');
    expect(run.lines.at(-1)?.action).toContain('the moon is in the wrong phase');
    await run.exited;
    await expect(stackFile(home)).rejects.toThrow('ENOENT');
  });

  it(
    'names a port that is taken, and how to choose another, before it starts anything',
    { timeout: slow },
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const address = taken.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const run = start(await newHome(), { PATCHBAY_PORT: String(port) });
      expect(await run.until('failed')).toContain(`Port ${port}`);
      expect(run.lines.at(-1)?.action).toContain('PATCHBAY_PORT');
      expect(run.lines.filter((line) => line.step)).toEqual([]);
      taken.close();
    },
  );

  it('uses the Postgres and the Temporal that it is given and starts neither', { timeout: slow }, async () => {
    const owner = start(await newHome());
    await owner.until('up');
    const databaseUrl = await owner.until('databaseUrl');
    const guestHome = await newHome();
    const temporalAddress = await owner.until('temporalAddress');
    const guest = start(guestHome, { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress });
    await guest.until('up');
    expect(await guest.until('starts')).toBe(2);
    expect(stillRunning(await stackFile(guestHome)).sort()).toEqual(['API', 'Worker']);
  });

  it.runIf(process.getuid?.() === 0)('works for root in a folder closed to others', { timeout: slow }, async () => {
    const home = await newHome(0o700);
    await start(home).until('up');
    expect(await realpath(join(home, 'postgres'))).toContain('/var/lib/patchbay/');
  });
});
