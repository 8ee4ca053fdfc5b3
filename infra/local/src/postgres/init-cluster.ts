import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '@patchbay/contracts';
import type { RunAs } from './postgres-user.js';

const run = promisify(execFile);

/** The role and owner of everything in the embedded Postgres. */
export const POSTGRES_ROLE = 'patchbay';

export interface Cluster {
  /** the data directory; named after the major version, whose format it has */
  data: string;
  password: string;
}

/**
 * The data directory inside Postgres' folder, made at the first start with a generated password.
 * It is made aside and moved when complete, so that an interrupted first start leaves nothing half done.
 * @throws PatchbayError `unavailable` with what initdb said
 */
export async function initCluster(
  folder: string,
  program: string,
  user: RunAs | undefined,
  signal: AbortSignal,
): Promise<Cluster> {
  const data = join(folder, 'data-18');
  const passwordFile = join(folder, 'password');
  if (existsSync(data)) return { data, password: (await readFile(passwordFile, 'utf8')).trim() };

  await removeUnfinished(folder);
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const making = await mkdtemp(join(folder, 'making-'));
  if (user) await Promise.all([passwordFile, making].map((path) => chown(path, user.uid, user.gid)));
  try {
    const access = ['--username', POSTGRES_ROLE, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
    // The built-in provider gives the same order and case on every machine, whatever locales it has.
    const text = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
    await run(join(program, 'bin', 'initdb'), ['--pgdata', making, ...access, ...text], {
      ...user,
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      signal,
    });
    await rename(making, data);
  } catch (error) {
    signal.throwIfAborted();
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw unavailable(`Postgres could not be set up in ${folder}.`, said.trim(), { cause: error });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return { data, password };
}

async function removeUnfinished(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^(making|copying)-/.test(name));
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
