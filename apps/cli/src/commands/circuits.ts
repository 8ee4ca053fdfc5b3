import { resolve } from 'node:path';
import { addCircuitSchema, type CircuitSelection, invalidInput, isRunId } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { print, printList } from '../output/print.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

/** Lists stored circuits, by name. */
export async function listCircuits(api: ApiClient, query: Record<string, string>, json?: boolean): Promise<void> {
  const { circuits, next } = await api.circuits(query);
  printList(circuits, json, ['name', 'model', 'edges', 'nodes', 'run', 'created'], (circuit) => {
    const { name, model, edges, nodes, run, createdAt } = circuit;
    return [name, model, edges, nodes.length, run, createdAt];
  });
  if (next !== null && !json) print(`There are more: --after ${next}`);
}

/** Shows one circuit, or writes its edges into a file. */
export async function showCircuit(
  api: ApiClient,
  name: string,
  { format, out }: { format: string; out?: string },
): Promise<void> {
  if (out === undefined) {
    print(JSON.stringify(await api.circuit(name), null, 2));
    return;
  }
  const path = resolve(out);
  await assertWritable(path);
  await writeWhole(path, await api.circuitFile(name, { format }));
}

export async function deleteCircuit(api: ApiClient, name: string): Promise<void> {
  await api.deleteCircuit(name);
  print(`${name} is deleted.`);
}

/** Keeps a file's circuit, or what a run found, under a name. */
export async function storeCircuit(
  api: ApiClient,
  source: string,
  { name, model, ...selection }: CircuitSelection & { name: string; model?: string },
): Promise<void> {
  const {
    name: stored,
    edges,
    nodes,
  } = await api.addCircuit({
    name,
    ...(isRunId(source) ? { run: source } : await readFileOf(source, model)),
    ...selection,
  });
  print(`${stored} is kept: ${edges} edges, ${nodes.length} heads and MLPs.`);
}

async function readFileOf(path: string, model: string | undefined): Promise<{ file: string; model: string }> {
  if (model === undefined) throw invalidInput('It is not said what model the circuit is of.', 'Give --model.');
  const { readCircuitFile } = await import('@patchbay/methods');
  const file = await readCircuitFile(path);
  if (addCircuitSchema.shape.file.safeParse(file).success) return { file, model };
  throw invalidInput(
    `${path} is empty or too large to send.`,
    'Name its path instead, where the worker can read it: patchbay run --circuit PATH.',
  );
}
