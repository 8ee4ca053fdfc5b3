import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelCheck, modelCheckSchema, PATCHBAY_VERSION } from '@patchbay/contracts';
import { runtimeVersion } from '@patchbay/runtime';
import { z } from 'zod';
import { writeAtomically } from '../formats/write-atomically.js';

const storedSchema = z.object({ engine: z.string(), check: modelCheckSchema });

/** Another engine computes anew: what an earlier one was held against says nothing of it. */
const engine = (): string => `patchbay ${PATCHBAY_VERSION}, onnxruntime ${runtimeVersion()}`;
const fileOf = (sha256: string, home: string): string => join(home, 'checks', `${sha256}.json`);

/** @param sha256 of the model's weights */
export const storeCheck = (sha256: string, check: ModelCheck, home: string): Promise<void> =>
  writeAtomically(fileOf(sha256, home), (handle) => handle.writeFile(JSON.stringify({ engine: engine(), check })));

/** The last check of these weights by this version; undefined: unchecked. */
export async function storedCheck(sha256: string, home: string): Promise<ModelCheck | undefined> {
  try {
    const stored = storedSchema.parse(JSON.parse(await readFile(fileOf(sha256, home), 'utf8')));
    return stored.engine === engine() ? stored.check : undefined;
  } catch {
    return undefined; // absent or damaged: the model is checked again when somebody asks
  }
}
