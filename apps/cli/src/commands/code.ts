import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { autoencoderFile, type Device, invalidInput, promptCodesSchema } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import type { ApiClient } from '../api/api-client.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

export interface CodeOptions {
  autoencoder?: string;
  run?: string;
  model?: string;
  prompts: string;
  device: Device;
  out: string;
}

/** Codes new prompts under a trained autoencoder: of a file, or of a run that the API knows. */
export async function codeInto(options: CodeOptions, api: () => ApiClient): Promise<void> {
  const out = resolve(options.out);
  await assertWritable(out);
  const { model, autoencoder } = await chosen(options, api);
  const prompts = new TextDecoder().decode(await readOrRefuse(options.prompts));
  const { Experiments } = await import('@patchbay/methods');
  const experiments = new Experiments(readSettings());
  try {
    const codes = await experiments.code({ model, autoencoder, prompts, device: options.device });
    await writeWhole(out, `${JSON.stringify(promptCodesSchema.parse(codes))}\n`);
  } finally {
    await experiments.close();
  }
}

/** A run's first seed stands for the run. */
const OF_RUN = autoencoderFile(0);

async function chosen({ autoencoder, run, model }: CodeOptions, api: () => ApiClient) {
  if (run !== undefined && autoencoder === undefined) {
    const { request } = await api().run(run);
    return { model: model ?? request.model, autoencoder: { name: OF_RUN, bytes: await api().file(run, OF_RUN) } };
  }
  if (autoencoder === undefined || run !== undefined) {
    throw invalidInput('One autoencoder is needed.', 'Give --autoencoder FILE or --run ID, not both.');
  }
  if (model === undefined) throw invalidInput('No model was given.', 'Give --model, the one it was trained on.');
  return { model, autoencoder: { name: basename(autoencoder), bytes: await readOrRefuse(autoencoder) } };
}

async function readOrRefuse(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw invalidInput(`${path} cannot be read.`, 'Check that the file is there and that you may read it.', { cause });
  });
}
