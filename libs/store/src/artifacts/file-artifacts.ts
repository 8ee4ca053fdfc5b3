import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unavailable } from '@patchbay/contracts';
import type { Artifacts } from './artifacts.js';
import { checkIntact, contentPath, missingArtifact, sha256Of } from './content-address.js';

/** Artifacts as files below one folder: `sha256/ab/cd/abcd…`. */
export class FileArtifacts implements Artifacts {
  constructor(private readonly root: string) {}

  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = sha256Of(bytes);
    // What is there already is read and compared, so that putting a damaged artifact again mends it.
    if (await this.#holds(sha256)) return sha256;
    await writeDurably(join(this.root, contentPath(sha256)), bytes).catch((error: unknown) => {
      throw cannotWrite(this.root, error);
    });
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array> {
    const path = join(this.root, contentPath(sha256));
    // A symbolic link is no artifact: nothing outside the root is ever read. (Windows has no such flag, and no bit is set.)
    const flag = constants.O_RDONLY | constants.O_NOFOLLOW;
    const bytes = await readFile(path, { flag }).catch((error: unknown) => {
      if (['ENOENT', 'ELOOP', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) throw missingArtifact(sha256, this.root);
      throw unavailable(`${path} cannot be read: ${codeOf(error)}.`, 'Check its permissions and the disk.', {
        cause: error,
      });
    });
    checkIntact(sha256, bytes, this.root);
    return bytes;
  }

  async has(sha256: string): Promise<boolean> {
    const path = join(this.root, contentPath(sha256));
    return stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  async delete(sha256: string): Promise<void> {
    await rm(join(this.root, contentPath(sha256)), { force: true });
  }

  async #holds(sha256: string): Promise<boolean> {
    if (!(await this.has(sha256))) return false;
    return this.get(sha256).then(
      () => true,
      () => false,
    );
  }
}

/** Temporary file, fsync, rename, fsync of the folder: after a power cut the file is there whole or not at all. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (process.platform !== 'win32') await syncFolder(folder); // Windows cannot open a folder to sync it
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

function cannotWrite(root: string, error: unknown): Error {
  const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
  return unavailable(
    full ? `The disk that holds ${root} is full.` : `Nothing can be written below ${root}: ${codeOf(error)}.`,
    full ? 'Free some space; the run then goes on.' : 'Check that the folder exists and may be written to.',
    { cause: error },
  );
}
