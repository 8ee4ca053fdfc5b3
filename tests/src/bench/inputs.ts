import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Size, writeRandomModel } from './random-model.js';
import { randomTask } from './random-pairs.js';

const MODELS = {
  'gpt2-small': { layers: 12, heads: 12, dModel: 768, vocabulary: 50257, context: 1024 },
  'gpt2-4-layers': { layers: 4, heads: 4, dModel: 128, vocabulary: 5000, context: 256 },
} as const satisfies Record<string, Size>;
export type ModelName = keyof typeof MODELS;

/** Where clean and corrupted prompt differ. `late`: as the second name of an IOI prompt does, two thirds in. */
const DIFFERENT = { late: [10], early: [2, 4, 10] } as const;
export type PairKind = keyof typeof DIFFERENT;

/** Folder of a model, made on first use: the model itself, and a task file for each kind of pair. */
export function modelFolder(name: ModelName, folder: string): string {
  const home = join(folder, name);
  const done = join(home, 'done');
  if (existsSync(done)) return home;
  const size = MODELS[name];
  writeRandomModel(home, size);
  for (const [kind, differAt] of Object.entries(DIFFERENT)) {
    const task = randomTask({ pairs: 16, tokens: 16, vocabulary: size.vocabulary, differAt });
    writeFileSync(join(home, `${kind}.jsonl`), task);
  }
  writeFileSync(done, '');
  return home;
}
