import type { Device } from '@patchbay/contracts';
import type { CodeInput } from '../activities.js';
import { computeQueue } from '../names.js';
import { computeActivities } from './compute-activities.js';

/** Codes prompts with the autoencoder of a run. @returns SHA-256 of the codes' artifact */
export async function codePrompts(input: CodeInput, device: Device): Promise<string> {
  return computeActivities(computeQueue(device)).codePrompts(input);
}
