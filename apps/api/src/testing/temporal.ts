import { findTemporal, freePort } from '@patchbay/local-stack';
import { connectTemporal } from '@patchbay/workflows';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long the dev server may take to answer; about 2 s on an idle machine. */
const START_MS = 60_000;

export const temporalSettings = {
  namespace: 'default',
  apiKey: undefined,
  tls: false,
  certPath: undefined,
  keyPath: undefined,
};

/** A Temporal dev server of its own on a free port of 127.0.0.1; what it holds outlives a crash. */
export async function startTemporal() {
  const home = process.env['PATCHBAY_TEST_HOME'] ?? join(tmpdir(), 'patchbay-tests');
  const executable = await findTemporal({ home });
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-temporal-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const where = ['--ip', '127.0.0.1', '--port', String(port), '--db-filename', join(folder, 'temporal.db')];
  const serve = async (): Promise<ChildProcess> => {
    const child = spawn(executable, ['server', 'start-dev', ...where, '--headless', '--log-level', 'error'], {
      stdio: 'ignore',
    });
    await answers(address);
    return child;
  };
  let server = await serve();
  const kill = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  return {
    address,
    crash: kill,
    async restart() {
      server = await serve();
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type TestTemporal = Awaited<ReturnType<typeof startTemporal>>;

/** The namespace answers a little after the port does. */
async function answers(address: string): Promise<void> {
  for (const deadline = Date.now() + START_MS; ;) {
    try {
      const client = await connectTemporal({ ...temporalSettings, address }, address);
      await client.workflowService
        .describeNamespace({ namespace: temporalSettings.namespace })
        .finally(() => client.connection.close());
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
