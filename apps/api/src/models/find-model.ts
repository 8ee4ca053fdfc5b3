import { invalidInput } from '@patchbay/contracts';
import { stat } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import type { ApiStore, Catalogue } from '../parts.js';

const HUB_ADDRESS = /^hf:[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*(@[\w.-]+)?$/;

/**
 * Checks that a run's model is one that a worker can find: a built-in or registered name, a model below
 * `PATCHBAY_HOME/models`, a path, or a hub address (whether the hub has it, the worker sees).
 * @returns what `openModel` takes
 * @throws PatchbayError `invalid-input` when there is no such model
 */
export async function findModel(reference: string, store: ApiStore, catalogue: Catalogue): Promise<string> {
  const registered = await store.models.source(reference);
  if (registered !== undefined) return registered;
  if (await isModelSource(reference)) return reference;
  const local = await catalogue.localModels();
  if (local.includes(reference)) return reference;
  const names = [...local, ...(await store.models.list()).map((model) => model.name)];
  throw invalidInput(
    `There is no model ${JSON.stringify(reference)}.`,
    `Name one of ${[...new Set(names)].join(', ')}, an absolute path of a folder or .gguf file, or hf:org/name.`,
  );
}

/** Whether it is a hub address, or an absolute path of a folder or .gguf file that exists. */
export async function isModelSource(source: string): Promise<boolean> {
  if (HUB_ADDRESS.test(source)) return true;
  if (!isPlainPath(source)) return false;
  const kind = await kindOf(source);
  return kind === 'folder' || (kind === 'file' && source.endsWith('.gguf'));
}

/** Absolute and without detours: API and worker may run in different folders. */
export const isPlainPath = (path: string): boolean =>
  isAbsolute(path) && !path.includes('\0') && (normalize(path) === path || normalize(path) === `${path}/`);

export async function kindOf(path: string): Promise<'folder' | 'file' | undefined> {
  // Whatever keeps us from seeing it (absent, no right, name too long), it is not there for us.
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isDirectory()) return 'folder';
  return entry?.isFile() ? 'file' : undefined;
}
