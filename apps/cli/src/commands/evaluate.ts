import { invalidInput, type RunRequest } from '@patchbay/contracts';
import { formatTables } from '../output/print-tables.js';
import { print } from '../output/print.js';
import { discoverInto } from './discover.js';

/** Evaluates a circuit in this process: the result goes into a file, its tables to people. */
export async function evaluateInto(out: string, request: RunRequest): Promise<void> {
  if (request.circuit === undefined) {
    throw invalidInput('There is no circuit to evaluate.', 'Name a reference circuit or a file with --circuit.');
  }
  const { tables } = await discoverInto(out, request);
  print(formatTables(tables));
}
