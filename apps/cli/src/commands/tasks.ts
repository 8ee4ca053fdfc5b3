import { readFile } from 'node:fs/promises';
import { addTaskSchema, invalidInput } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print, printList } from '../output/print.js';

export async function listTasks(api: ApiClient, json?: boolean): Promise<void> {
  printList(await api.tasks(), json, ['name', 'kind', 'pairs', 'title'], (task) => [
    task.name,
    task.kind,
    task.pairs,
    task.title,
  ]);
}

/** Registers a file of prompt pairs with the API under a name. */
export async function addTask(api: ApiClient, name: string, file: string): Promise<void> {
  const jsonl = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw invalidInput(`${file} cannot be read (${code}).`, 'Name a JSON-lines file of prompt pairs.');
  });
  const parsed = addTaskSchema.safeParse({ name, jsonl });
  if (!parsed.success) {
    throw invalidInput(`${file}: ${parsed.error.issues[0]?.message}`, 'Name a smaller, non-empty file.');
  }
  const task = await api.addTask(parsed.data);
  print(`${task.name} is registered with ${task.pairs} pairs.`);
}
