import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { unavailable } from '@patchbay/contracts';

const run = promisify(execFile);

/** Whom Postgres runs as. */
export interface RunAs {
  uid: number;
  gid: number;
}

const NAME = 'postgres';

/**
 * Postgres refuses to run as root; then it runs as the user `postgres`, which is made if the machine has none.
 * @returns undefined when Postgres may run as whoever runs this process
 * @throws PatchbayError `unavailable` when the user can be neither found nor made
 */
export async function postgresUser(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await idsOf(NAME);
  if (existing) return existing;
  try {
    const nowhere = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
    await run('useradd', ['--system', '--user-group', ...nowhere, NAME]);
  } catch (error) {
    throw unavailable(
      `Postgres will not run as root, and no user "${NAME}" could be made.`,
      `Run Patchbay as an ordinary user, make the user "${NAME}", or set DATABASE_URL to a Postgres of yours.`,
      { cause: error },
    );
  }
  return idsOf(NAME);
}

/** Whether the user may reach and enter or execute a path: every folder above it counts, and access lists do. */
export async function canExecute(path: string, user: RunAs): Promise<boolean> {
  return run('test', ['-x', path], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function idsOf(name: string): Promise<RunAs | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
