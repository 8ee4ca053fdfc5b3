import { open, type FileHandle } from 'node:fs/promises';
import { invalidInput } from '@patchbay/contracts';

/** A file read by position. `read` never returns less than it was asked for. */
export interface RandomAccess {
  path: string;
  size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Runs `use` with the file open and closes it afterwards.
 * @throws PatchbayError `invalid-input` where the file cannot be read or ends early
 */
export async function withFile<T>(path: string, use: (file: RandomAccess) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw invalidInput(`${path} cannot be read.`, 'Check that the file is there and that you may read it.', { cause });
  });
  try {
    const { size } = await handle.stat();
    return await use({ path, size, read: (offset, length) => readExactly(handle, path, offset, length) });
  } finally {
    await handle.close();
  }
}

async function readExactly(handle: FileHandle, path: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw truncated(path);
    done += bytesRead;
  }
  return bytes;
}

/** What every reader says of a file that is shorter than its header promises. */
export const truncated = (path: string) =>
  invalidInput(`${path} ends before its header says it should.`, 'Download or copy the file again: it is incomplete.');
