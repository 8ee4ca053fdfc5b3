import { resolve } from 'node:path';
import {
  type ArtifactFile,
  type Estimate,
  type Result,
  type RunRequest,
  estimateText,
  resultSchema,
} from '@patchbay/contracts';
import { readSettings, type Settings } from '@patchbay/contracts/settings';
import { print } from '../output/print.js';
import { say } from '../output/say.js';
import { showProgress } from '../output/show-progress.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

/**
 * A whole run in this process, with no server: its result goes into a file, and what else it leaves behind beside it.
 *
 * @param memory bytes that it may take
 * @returns what the file holds
 */
export async function discoverInto(out: string, request: RunRequest, memory?: number): Promise<Result> {
  const path = resolve(out);
  await assertWritable(path); // before hours of work, not after
  const result = await discoverHere(request, { memory, onArtifact: writeBeside(path) });
  await writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

interface HereOptions {
  /** bytes that it may take */
  memory?: number;
  /** what becomes of the files that it leaves beside its result; they are dropped where absent */
  onArtifact?: (name: string, file: ArtifactFile) => Promise<void>;
}

/** A whole run in this process, with its progress on stderr. */
export async function discoverHere(request: RunRequest, { memory, onArtifact }: HereOptions = {}): Promise<Result> {
  const { home, memoryBytes } = withMemory(memory);
  const { discover } = await import('@patchbay/methods');
  const result = await showProgress(request.method, ({ update, tell }) => {
    const onEstimate = (estimate: Estimate): void => {
      tell(`estimated before it starts: ${estimateText(estimate)}`);
    };
    const hooks = { onProgress: update, onEstimate, onNote: tell, onArtifact };
    return discover({ request, modelSource: request.model }, { home, memoryBytes, ...hooks });
  });
  return resultSchema.parse(result);
}

/** `result.json` gets `result.autoencoder-0.safetensors` beside it. */
const writeBeside =
  (path: string) =>
  (name: string, { bytes }: ArtifactFile): Promise<void> =>
    writeWhole(`${path.replace(/\.json$/, '')}.${name}`, bytes);

/** Prints what a run would take here as JSON, in words on stderr, and computes nothing. */
export async function estimateRun(request: RunRequest, memory?: number): Promise<void> {
  const { home, memoryBytes } = withMemory(memory);
  const { Experiments } = await import('@patchbay/methods');
  const estimate = await new Experiments({ home, memoryBytes }).estimate({ request, modelSource: request.model });
  say(`${request.method}: ${estimateText(estimate)}`);
  print(JSON.stringify(estimate, null, 2));
}

/** The settings, where the command line's memory goes before the environment's. */
function withMemory(memory: number | undefined): Pick<Settings, 'home' | 'memoryBytes'> {
  const settings = readSettings();
  return { home: settings.home, memoryBytes: memory ?? settings.memoryBytes };
}
