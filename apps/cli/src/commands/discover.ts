import { resolve } from 'node:path';
import { type ArtifactFile, type RunRequest, resultSchema } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { showProgress } from '../output/show-progress.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

/** A whole run in this process, with no server: its result goes into a file, and what else it leaves behind beside it. */
export async function discoverInto(out: string, request: RunRequest): Promise<void> {
  const path = resolve(out);
  await assertWritable(path); // before hours of work, not after
  const { home } = readSettings();
  const { discover } = await import('@patchbay/methods');
  const result = await showProgress(request.method, (onProgress) =>
    discover({ request, modelSource: request.model }, { home, onProgress, onArtifact: writeBeside(path) }),
  );
  await writeWhole(path, `${JSON.stringify(resultSchema.parse(result), null, 2)}\n`);
}

/** `result.json` gets `result.autoencoder-0.safetensors` beside it. */
const writeBeside =
  (path: string) =>
  (name: string, { bytes }: ArtifactFile): Promise<void> =>
    writeWhole(`${path.replace(/\.json$/, '')}.${name}`, bytes);
