import { type CircuitSelection, invalidInput } from '@patchbay/contracts';
import type { ApiClient } from '../api/api-client.js';
import { storeCircuit } from './circuits.js';
import { exportCircuit } from './export.js';

export interface ImportOptions extends CircuitSelection {
  model?: string;
  name?: string;
  out?: string;
}

/** Checks a circuit of any known format and keeps it: as MIB's circuit JSON in a file, under a name in the store, or both. */
export async function importCircuit(
  source: string,
  { name, out, ...options }: ImportOptions,
  api: () => ApiClient,
): Promise<void> {
  if (name === undefined && out === undefined) {
    throw invalidInput('It is not said where the circuit goes.', 'Give --out FILE, or --name to keep it in Patchbay.');
  }
  if (out !== undefined) await exportCircuit(source, { format: 'mib', out, ...options }, api);
  if (name !== undefined) await storeCircuit(api(), source, { name, ...options });
}
