import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidInput } from '@patchbay/contracts';

/** @throws PatchbayError `invalid-input` where nothing can be written to `path`: before hours of work, not after */
export async function assertWritable(path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw invalidInput(`There is no folder ${dirname(path)}.`, 'Make it, or give --out another path.');
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw invalidInput(`${path} is a folder.`, 'Give --out the path of a file.');
}

/** Writes beside the target and moves it there when it is on the disk: the file is whole, or not there. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const written = `${path}.${process.pid}.part`;
  try {
    const file = await open(written, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw invalidInput(`${path} could not be written (${code ?? message}).`, 'Give --out a path that can be written.', {
      cause: error,
    });
  }
}
