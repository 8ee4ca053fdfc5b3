import { execFile, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endWithParent } from '../process/end-with-parent.js';
import type { Service } from '../process/service.js';
import { until } from '../process/until.js';

const run = promisify(execFile);

export interface TemporalServiceOptions {
  executable: string;
  home: string;
  port: number;
  namespace: string;
}

/** The Temporal dev server, its state kept in home between starts. Ready with its address. */
export function temporalService({ executable, home, port, namespace }: TemporalServiceOptions): Service<string> {
  const folder = join(home, 'temporal');
  const address = `127.0.0.1:${port}`;
  return {
    name: 'Temporal',
    stopSignal: 'SIGTERM',
    spawn(log) {
      mkdirSync(folder, { recursive: true });
      const where = ['--ip', '127.0.0.1', '--port', String(port), '--db-filename', join(folder, 'temporal.db')];
      const how = ['--namespace', namespace, '--headless', '--log-level', 'error'];
      return spawn(...endWithParent(executable, ['server', 'start-dev', ...where, ...how], 'SIGTERM'), {
        detached: true,
        stdio: ['ignore', log.descriptor, log.descriptor],
      });
    },
    async ready(_child, signal) {
      // The namespace answers a little after the port does.
      const describe = ['operator', 'namespace', 'describe', '--namespace', namespace, '--address', address];
      await until(() => run(executable, describe, { timeout: 5_000 }).then(yes, no), signal);
      return address;
    },
  };
}

const yes = () => true;
const no = () => false;
