import { resolve } from 'node:path';
import { PatchbayError, type RunRequest } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print } from '../output/print.js';
import { rankedScores, summary } from '../output/ranked-nodes.js';
import { interrupted } from '../stack/interrupted.js';
import { assertSucceeded, printRun, watchRun } from './follow-run.js';

/** Submits a run and follows it: for people on a terminal, else as JSON lines. */
export async function run(api: ApiClient, request: RunRequest): Promise<void> {
  const { model, task, circuit } = request;
  const paths = { model: fullPath(model), task: fullPath(task), circuit: circuit && fullPath(circuit) };
  const submitted = await api.submit({ ...request, ...paths });
  if (!process.stdout.isTTY) {
    assertSucceeded(await printRun(api, submitted));
    return;
  }
  assertSucceeded(await watchRun(api, submitted, leftAlone(submitted.id)));
  const result = await api.result(submitted.id);
  print(`${rankedScores(result)}\n${summary(result)}\n${api.pageOf(submitted.id)}`);
}

/** Ctrl-C ends the watching, not the run. */
function leftAlone(id: string): AbortSignal {
  return interrupted(new PatchbayError('cancelled', `Run ${id} goes on.`, `Stop it with: patchbay cancel ${id}`));
}

/** A path means what it means here, not in the folder that the API and the worker run in. */
export function fullPath(reference: string): string {
  const isPath = /^\.{0,2}[/\\]/.test(reference) || /\.(gguf|jsonl?|csv|dot)$/.test(reference);
  return isPath ? resolve(reference) : reference;
}
