import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unavailable } from '@patchbay/contracts';

/**
 * Writes a file that either appears whole under `path` or not at all, whatever happens on the way.
 * @throws PatchbayError `unavailable` where the disk is full; else what `write` throws
 */
export async function writeAtomically(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeAbandoned(path);
  const part = `${partPrefix(path)}${randomUUID()}.part`;
  try {
    const handle = await open(part, 'wx');
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw isDiskFull(error)
      ? unavailable(`No space is left to write ${path}.`, 'Free disk space or move PATCHBAY_HOME, then try again.')
      : error;
  }
}

const partPrefix = (path: string): string => join(dirname(path), `.${basename(path)}.`);

/** A writer that still lives has written within the hour; one that was killed has left its part behind. */
const ABANDONED_AFTER_MS = 3_600_000;

async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const part = join(folder, name);
    if (!part.startsWith(partPrefix(path)) || !part.endsWith('.part')) continue;
    const age = await stat(part).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0, // gone in between
    );
    if (age > ABANDONED_AFTER_MS) await rm(part, { force: true });
  }
}

const isDiskFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOSPC';
