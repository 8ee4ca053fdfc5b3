import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type Estimate,
  estimateText,
  invalidInput,
  type Result,
  resultSchema,
  type RunRequest,
} from '@patchbay/contracts';
import { readSettings, type Settings } from '@patchbay/contracts/settings';
import { print } from '../output/print.js';
import { say } from '../output/say.js';
import { showProgress } from '../output/show-progress.js';

/** A whole run in this process, with no server: its result goes into a file. @param memory bytes that it may take */
export async function discoverInto(out: string, request: RunRequest, memory?: number): Promise<void> {
  const path = resolve(out);
  await assertWritable(path); // before hours of work, not after
  const { home, memoryBytes } = withMemory(memory);
  const { discover } = await import('@patchbay/methods');
  const result = await showProgress(request.method, ({ update, tell }) => {
    const onEstimate = (estimate: Estimate): void => {
      tell(`estimated before it starts: ${estimateText(estimate)}`);
    };
    const hooks = { onProgress: update, onEstimate, onNote: tell };
    return discover({ request, modelSource: request.model }, { home, memoryBytes, ...hooks });
  });
  await writeWhole(path, resultSchema.parse(result));
}

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

async function assertWritable(path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw invalidInput(`There is no folder ${dirname(path)}.`, 'Make it, or give --out another path.');
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw invalidInput(`${path} is a folder.`, 'Give --out the path of a file.');
}

/** Writes beside the target and moves it there when it is on the disk: the file is whole, or not there. */
async function writeWhole(path: string, result: Result): Promise<void> {
  const written = `${path}.${process.pid}.part`;
  try {
    const file = await open(written, 'w');
    try {
      await file.writeFile(`${JSON.stringify(result, null, 2)}\n`);
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
