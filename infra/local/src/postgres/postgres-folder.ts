import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, realpath, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unavailable } from '@patchbay/contracts';
import { canExecute, type RunAs } from './postgres-user.js';

/** Where Postgres lives when root's home is closed to the user that Postgres runs as. */
const SYSTEM_FOLDER = '/var/lib/patchbay';

/**
 * The real folder of `home/postgres`: Postgres' program and data. Root's own home is usually closed to others, and so
 * to the user that Postgres must run as; then the folder lies under /var/lib/patchbay and home holds a link to it.
 */
export async function postgresFolder(home: string, user: RunAs | undefined): Promise<string> {
  const folder = join(home, 'postgres');
  if (existsSync(folder)) return reachable(await realpath(folder), user);
  await mkdir(folder, { recursive: true });
  await open(folder, user);
  if (!user || (await canExecute(folder, user))) return realpath(folder);

  const elsewhere = join(SYSTEM_FOLDER, createHash('sha256').update(home).digest('hex').slice(0, 16));
  await mkdir(elsewhere, { recursive: true });
  await chmod(SYSTEM_FOLDER, 0o755);
  await open(elsewhere, user);
  await rmdir(folder);
  await symlink(elsewhere, folder);
  return reachable(elsewhere, user);
}

async function open(folder: string, user: RunAs | undefined): Promise<void> {
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
}

async function reachable(folder: string, user: RunAs | undefined): Promise<string> {
  if (!user || (await canExecute(folder, user))) return folder;
  throw unavailable(
    `The user that Postgres runs as (${user.uid}) cannot reach ${folder}.`,
    'Choose another PATCHBAY_HOME, run Patchbay as an ordinary user, or set DATABASE_URL to a Postgres of yours.',
  );
}
