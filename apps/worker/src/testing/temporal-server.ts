import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTemporal, freePort } from '@patchbay/local-stack';
import { connectTemporal } from '@patchbay/workflows';

export interface TestTemporal {
  address: string;
  /** Kills the server; what it knows stays in its file. */
  crash(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const plainTemporal = {
  address: undefined,
  namespace: 'default',
  apiKey: undefined,
  tls: false,
  certPath: undefined,
  keyPath: undefined,
};

/** A Temporal dev server of its own that can be killed and started again. */
export async function startTemporal(): Promise<TestTemporal> {
  const executable = await findTemporal({
    home: process.env['PATCHBAY_TEST_HOME'] ?? join(tmpdir(), 'patchbay-tests'),
  });
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-temporal-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const flags = ['--headless', '--ip', '127.0.0.1', '--port', String(port), '--db-filename', join(folder, 'state.db')];
  const serve = async (): Promise<() => Promise<void>> => {
    const server = spawn(executable, ['server', 'start-dev', '--log-level', 'never', ...flags], { stdio: 'ignore' });
    const kill = (): boolean => server.kill('SIGKILL');
    process.once('exit', kill);
    await untilServes(address);
    return async () => {
      process.off('exit', kill);
      const ended = once(server, 'exit');
      kill();
      await ended;
    };
  };
  let end = await serve();
  return {
    address,
    crash: () => end(),
    async restart() {
      end = await serve();
    },
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilServes(address: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      const client = await connectTemporal(plainTemporal, address);
      // The server answers before its namespace is there.
      await client.connection.workflowService.describeNamespace({ namespace: plainTemporal.namespace });
      await client.connection.close();
      return;
    } catch (error) {
      if (tries > 60) throw error;
      await sleep(500);
    }
  }
}
