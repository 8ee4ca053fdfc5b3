import { invalidInput } from '@patchbay/contracts';
import { isPlainPath, kindOf } from '../models/find-model.js';
import type { ApiStore, Catalogue } from '../parts.js';

/**
 * Checks that a run's task is one that a worker can find: a generator, a bundled set, a registered name, or the path
 * of a .jsonl file.
 * @throws PatchbayError `invalid-input` when there is no such task
 */
export async function findTask(reference: string, store: ApiStore, catalogue: Catalogue): Promise<void> {
  if (catalogue.tasks.some((task) => task.name === reference)) return;
  const registered = await store.tasks.list();
  if (registered.some((task) => task.name === reference)) return;
  const isTaskFile = isPlainPath(reference) && reference.endsWith('.jsonl');
  if (isTaskFile && (await kindOf(reference)) === 'file') return;
  const names = [...catalogue.tasks, ...registered].map((task) => task.name);
  throw invalidInput(
    `There is no task ${JSON.stringify(reference)}.`,
    `Name one of ${names.join(', ')}, or the absolute path of a .jsonl file.`,
  );
}
