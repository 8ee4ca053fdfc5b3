import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithParent } from '../process/end-with-parent.js';
import type { Service } from '../process/service.js';
import { until } from '../process/until.js';
import { POSTGRES_ROLE, type Cluster } from './init-cluster.js';
import type { RunAs } from './postgres-user.js';

export interface PostgresServiceOptions extends Cluster {
  program: string;
  user: RunAs | undefined;
  port: number;
}

/** The embedded Postgres on 127.0.0.1. Ready with the URL that a client connects to. */
export function postgresService({ program, data, password, user, port }: PostgresServiceOptions): Service<string> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return {
    name: 'Postgres',
    stopSignal: 'SIGINT', // fast shutdown: ends its sessions, then writes everything out
    spawn(log) {
      const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      return spawn(...endWithParent(join(program, 'bin', 'postgres'), ['-D', data, ...flags], 'SIGINT'), {
        ...user,
        cwd: data,
        env: { PATH: process.env['PATH'] },
        detached: true,
        stdio: ['ignore', log.descriptor, log.descriptor],
      });
    },
    async ready(child, signal) {
      await until(() => readPidFile(data)?.pid === child.pid && readPidFile(data)?.status === 'ready', signal);
      return `postgresql://${POSTGRES_ROLE}:${password}@127.0.0.1:${port}/postgres`;
    },
  };
}

/** `postmaster.pid`, as pg_ctl reads it: the process on line 1, its status on line 8. */
export function readPidFile(data: string): { pid: number; status: string } | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' };
  } catch {
    return undefined; // it has not started, or has ended
  }
}
