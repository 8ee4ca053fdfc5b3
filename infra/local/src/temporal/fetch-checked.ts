import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Has a file fetched beside its target and moves it there in one step once its SHA-256 is the expected one, so that the
 * target is never half a file or another one.
 * @param source puts the file somewhere into the folder it is given, and returns its path
 */
export async function fetchChecked(
  target: string,
  sha256: string,
  source: (folder: string) => Promise<string>,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), '.fetching-'));
  try {
    const fetched = await source(folder);
    const found = await sha256Of(fetched);
    if (found !== sha256) throw new Error(`the SHA-256 of what came, ${found}, is not the pinned one`);
    await rename(fetched, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
