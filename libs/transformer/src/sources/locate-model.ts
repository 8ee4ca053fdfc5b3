import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notFound } from '@patchbay/contracts';
import type { OpenModelOptions } from '../model-files.js';
import { hubModel } from './hub-model.js';
import type { LocatedModel } from './located-model.js';

/** Names of the models that come with Patchbay. */
export const builtinModels: readonly string[] = [
  'tinytasks',
  ...['tracr-reverse', 'tracr-xproportion', 'tracr-hist', 'tracr-sort'],
];

const builtinFolder = (name: string): string => fileURLToPath(new URL(`../../models/${name}`, import.meta.url));

/** What a model under `home/models` may be called: no separators, no leading dot. */
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Models that need no path and no registration: the built-in ones and what lies in `home/models`, by name. */
export async function localModels(home: string): Promise<string[]> {
  const models = join(home, 'models');
  const entries = await readdir(models).catch(() => []);
  const names = [...new Set(entries.map((entry) => entry.replace(/\.gguf$/, '')))];
  const found = await Promise.all(names.map((name) => findIn(models, name)));
  return [...builtinModels, ...names.filter((name, i) => found[i] && !builtinModels.includes(name)).sort()];
}

/** @throws PatchbayError `not-found` where nothing has that name, `unavailable` where a download fails */
export async function locateModel(reference: string, options: OpenModelOptions): Promise<LocatedModel> {
  if (builtinModels.includes(reference)) return { path: builtinFolder(reference), source: 'builtin', revision: null };
  if (reference.startsWith('hf:')) return hubModel(reference, options);
  const path = (await findIn(join(options.home, 'models'), reference)) ?? (await existing(resolve(reference)));
  if (!path) throw unknown(reference, options.home);
  return { path, source: path, revision: null };
}

/** A folder NAME, or a file NAME or NAME.gguf. */
async function findIn(models: string, name: string): Promise<string | null> {
  if (!MODEL_NAME.test(name)) return null;
  return (await existing(join(models, name))) ?? (await existing(join(models, `${name}.gguf`)));
}

async function existing(path: string): Promise<string | null> {
  const there = await stat(path).catch(() => null);
  return there?.isDirectory() || (there?.isFile() && path.endsWith('.gguf')) ? realpath(path) : null;
}

const unknown = (reference: string, home: string) =>
  notFound(
    `There is no model ${reference}.`,
    `Name a built-in model (${builtinModels.join(', ')}), a folder, a .gguf file, hf:org/name, ` +
      `or what lies in ${join(home, 'models')}.`,
  );
