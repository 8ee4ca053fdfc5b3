import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unavailable } from '@patchbay/contracts';

/**
 * Writes a file that either appears whole under `path` or not at all, whatever happens on the way.
 * @throws PatchbayError `unavailable` where the disk is full; else what `write` throws
 */
export async function writeAtomically(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
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

const isDiskFull = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOSPC';
