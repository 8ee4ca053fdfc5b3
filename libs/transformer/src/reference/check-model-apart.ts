import { fileURLToPath } from 'node:url';
import type { ModelCheck } from '@patchbay/contracts';
import { ComputeSlot } from '@patchbay/runtime';
import { locateModel } from '../sources/locate-model.js';
import { readReference } from './reference-file.js';

/**
 * {@link checkModel} in a process of its own, for a server that must stay responsive.
 * @throws PatchbayError as `checkModel` does
 */
export async function checkModelApart(reference: string, { home }: { home: string }): Promise<ModelCheck | null> {
  if ((await readReference((await locateModel(reference, { home })).path)) === null) return null;
  const slot = new ComputeSlot({ entry: fileURLToPath(new URL('./check-child.js', import.meta.url)) });
  try {
    const { output } = await slot.request('check', { reference, home });
    // Both ends of the channel are this package.
    return output as ModelCheck | null;
  } finally {
    await slot.close();
  }
}
