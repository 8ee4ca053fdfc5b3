import { resolve } from 'node:path';
import { type Result, resultSchema, type RunRequest } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { assertWritable, writeWhole } from '../output/write-whole.js';
import { showProgress } from '../output/show-progress.js';

/** A whole run in this process, with no server: its result goes into a file. @returns what it holds */
export async function discoverInto(out: string, request: RunRequest): Promise<Result> {
  const path = resolve(out);
  await assertWritable(path); // before hours of work, not after
  const result = await discoverHere(request);
  await writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** A whole run in this process, with its progress on stderr. */
export async function discoverHere(request: RunRequest): Promise<Result> {
  const { home } = readSettings();
  const { discover } = await import('@patchbay/methods');
  const result = await showProgress(request.method, (onProgress) =>
    discover({ request, modelSource: request.model }, { home, onProgress }),
  );
  return resultSchema.parse(result);
}
