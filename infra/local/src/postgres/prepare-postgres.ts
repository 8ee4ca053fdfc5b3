import { clearLeftover } from './clear-leftover.js';
import { initCluster } from './init-cluster.js';
import { postgresFolder } from './postgres-folder.js';
import { postgresProgram } from './postgres-program.js';
import { postgresService } from './postgres-service.js';
import { postgresUser } from './postgres-user.js';
import { freePort } from '../free-port.js';
import type { Service } from '../process/service.js';

/** Everything up to the start of the embedded Postgres: whom it runs as, where, its program, its data. */
export async function preparePostgres(home: string, signal: AbortSignal): Promise<Service<string>> {
  const user = await postgresUser();
  const folder = await postgresFolder(home, user);
  const program = await postgresProgram(folder, user);
  signal.throwIfAborted();
  const cluster = await initCluster(folder, program, user, signal);
  await clearLeftover(cluster.data);
  return postgresService({ ...cluster, program, user, port: await freePort() });
}
