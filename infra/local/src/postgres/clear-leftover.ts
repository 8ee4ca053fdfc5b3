import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processCommand, processIdentity } from '../process/process-identity.js';
import { stopProcess } from '../process/stop-process.js';
import { readPidFile } from './postgres-service.js';

/**
 * Ends a Postgres that a killed stack left on this data directory, and removes a `postmaster.pid` whose process has
 * gone: Postgres itself refuses to start when that number has come to belong to some other program of the same user.
 */
export async function clearLeftover(data: string): Promise<void> {
  const left = readPidFile(data);
  if (!left) return;
  const identity = processIdentity(left.pid);
  const isOurs = processCommand(left.pid).includes(data);
  if (identity !== undefined && isOurs) await stopProcess({ name: 'Postgres', pid: left.pid, identity }, 'SIGINT');
  await rm(join(data, 'postmaster.pid'), { force: true });
}
