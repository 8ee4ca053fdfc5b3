import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Size, writeRandomModel } from './random-model.js';
import { randomTask } from './random-pairs.js';

const MODELS = {
  'gpt2-small': { layers: 12, heads: 12, dModel: 768, vocabulary: 50257, context: 1024 },
  'gpt2-4-layers': { layers: 4, heads: 4, dModel: 128, vocabulary: 5000, context: 256 },
} as const satisfies Record<string, Size>;
export type ModelName = keyof typeof MODELS;

/** Prompt pairs, and where clean and corrupted differ. `late`: as the second name of an IOI prompt does, two thirds in. */
const KINDS = {
  late: { pairs: 16, tokens: 16, differAt: [10] },
  early: { pairs: 16, tokens: 16, differAt: [2, 4, 10] },
  many: { pairs: 250, tokens: 15, differAt: [2, 4, 10] },
} as const;
export type PairKind = keyof typeof KINDS;

/** Folder of a model, made on first use: the model itself, and a task file for each kind of pair. */
export function modelFolder(name: ModelName, folder: string): string {
  const home = join(folder, name);
  const last = join(home, 'many.jsonl');
  if (existsSync(last)) return home;
  const { vocabulary } = MODELS[name];
  writeRandomModel(home, MODELS[name]);
  for (const [kind, shape] of Object.entries(KINDS)) {
    writeFileSync(join(home, `${kind}.jsonl`), randomTask({ ...shape, vocabulary }));
  }
  return home;
}
