import { readSettings } from '@patchbay/contracts/settings';
import { print } from '../output/print.js';
import { say } from '../output/say.js';
import { checkModel } from './check-model.js';

/** Puts a small real language model into home's `models`, where every run finds it by its name; needs no server. */
export async function addSmollm2(): Promise<void> {
  const { fetchSmollm2 } = await import('@patchbay/transformer');
  const path = await fetchSmollm2({ home: readSettings().home, onProgress: say });
  await checkModel('smollm2');
  print(`smollm2 is at ${path}: name it in runs with --model smollm2`);
}
