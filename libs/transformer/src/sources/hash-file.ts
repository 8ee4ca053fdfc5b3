import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../formats/write-atomically.js';

const memo = z.object({ path: z.string(), stamp: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * SHA-256 of a file's content, as hexadecimal. Remembered in `home/cache/hashes` for as long as path, size and
 * both times of the file stay the same, so that a large model is read once and not at every start.
 */
export async function hashFile(path: string, home: string): Promise<string> {
  const memoPath = join(home, 'cache', 'hashes', `${sha256Of(path)}.json`);
  const stamp = await fileStamp(path);
  const known = await readMemo(memoPath);
  if (known?.path === path && known.stamp === stamp) return known.sha256;
  const sha256 = await hashContent(path);
  await writeAtomically(memoPath, (handle) => handle.writeFile(JSON.stringify({ path, stamp, sha256 })));
  return sha256;
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One hash for several files: that of the only file, else of the list of hashes in the given order. */
export const combineHashes = (hashes: readonly string[]): string =>
  hashes.length === 1 ? hashes.join() : sha256Of(hashes.map((hash) => `${hash}\n`).join(''));

export async function hashContent(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

// ctime changes with every write, also where a copy has kept the old mtime
async function fileStamp(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(':');
}

async function readMemo(path: string): Promise<z.infer<typeof memo> | null> {
  try {
    return memo.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null; // absent or damaged: the file is hashed again
  }
}
