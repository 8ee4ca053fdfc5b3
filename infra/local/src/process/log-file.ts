import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A log larger than this is set aside at the next start; one older log is kept. */
const LARGEST_LOG_BYTES = 5_000_000;
const TAIL_BYTES = 16_384;
const TAIL_LINES = 12;

export interface LogFile {
  path: string;
  /** open for appending */
  descriptor: number;
  /** what was there before this start */
  start: number;
}

export function openLog(home: string, name: string): LogFile {
  const folder = join(home, 'logs');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  if (existsSync(path) && statSync(path).size > LARGEST_LOG_BYTES) renameSync(path, join(folder, `${name}.1.log`));
  const descriptor = openSync(path, 'a', 0o600);
  return { path, descriptor, start: statSync(path).size };
}

/** The last lines written since the log was opened, without the frames of stack traces. */
export function lastLines(log: LogFile): string {
  const size = statSync(log.path).size;
  const from = Math.max(log.start, size - TAIL_BYTES);
  const bytes = Buffer.alloc(size - from);
  const descriptor = openSync(log.path, 'r');
  readSync(descriptor, bytes, 0, bytes.length, from);
  closeSync(descriptor);
  const lines = bytes.toString('utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(-TAIL_LINES)
    .join('\n');
}
