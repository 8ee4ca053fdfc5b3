import { headName } from '@patchbay/circuit';
import { type Device, type PromptCodes, invalidInput } from '@patchbay/contracts';
import { readPrompts } from '@patchbay/tasks';
import { type Floats, type ModelFiles, type Transformer, headOutputs, openModel } from '@patchbay/transformer';
import { batchesOf } from '../memory/batches.js';
import { RunMemory, modelBytes, weightBytes } from '../memory/run-memory.js';
import { mostAtOnce } from './plan-units.js';
import type { Autoencoder } from './sae/autoencoder.js';
import { Coder } from './sae/code.js';
import { type Positions, readAutoencoder } from './sae/file.js';

export interface CodePromptsRequest {
  /** what `openModel` takes */
  model: string;
  device: Device;
  /** a file that a run of head-codes left behind, and its name for errors */
  autoencoder: { name: string; bytes: Uint8Array };
  /** JSON lines with `clean` (and `clean_ids`), as in a task file */
  prompts: string;
}

/** The process that codes: where it finds models, the memory that it may take, and how it loads one. */
interface Host {
  home: string;
  budgetBytes: number;
  load(files: ModelFiles, device: Device): Promise<Transformer>;
}

/**
 * Codes new prompts with an autoencoder that is there already.
 * @throws PatchbayError saying which of model, autoencoder and prompts is wrong
 */
export async function codePrompts(request: CodePromptsRequest, host: Host): Promise<PromptCodes> {
  const { home, budgetBytes } = host;
  const { autoencoder, positions } = await readAutoencoder(request.autoencoder.bytes, request.autoencoder.name);
  const files = await openModel(request.model, { home });
  const { layers, heads, dModel } = files.architecture;
  if (autoencoder.width !== dModel) {
    throw invalidInput(
      `${request.autoencoder.name} codes vectors of ${autoencoder.width} values; ${files.name} has a width of ${dModel}.`,
      'Give the model that the autoencoder was trained on.',
    );
  }
  const prompts = readPrompts(request.prompts, files);
  const memory = new RunMemory(budgetBytes, modelBytes(weightBytes(files)));
  const transformer = await host.load(files, request.device);
  const codes = await codesOf(transformer, prompts, { autoencoder, positions, memory });
  return {
    model: { name: files.name, sha256: files.sha256 },
    heads: Array.from({ length: layers * heads }, (_, i) => headName(Math.floor(i / heads), i % heads)),
    prompts: prompts.map((tokens, i) => ({ text: files.tokenizer.decode([...tokens]), codes: codes[i] ?? [] })),
  };
}

/** By prompt and head, the code, null where no feature is active. */
async function codesOf(
  transformer: Transformer,
  prompts: readonly (readonly number[])[],
  { autoencoder, positions, memory }: { autoencoder: Autoencoder; positions: Positions; memory: RunMemory },
): Promise<(number | null)[][]> {
  const { architecture } = transformer;
  const { heads, dModel } = architecture;
  const found: (number | null)[][] = prompts.map(() => []);
  const most = mostAtOnce({ architecture, memory, params: { metric: 'logit-difference', differences: 'none' } });
  const coder = await Coder.open(autoencoder, transformer.options);
  try {
    for (const batch of batchesOf([...prompts.keys()], (i) => prompts[i]?.length ?? 0, most)) {
      const layer = async (_: number, { data }: Floats): Promise<void> => {
        const coded = await coder.code({ data, dims: [batch.length * heads, dModel] }, autoencoder);
        batch.forEach((prompt, row) => {
          for (let at = row * heads; at < (row + 1) * heads; at++) {
            found[prompt]?.push(coded.silent[at] === 1 ? null : (coded.codes[at] ?? null));
          }
        });
      };
      await headOutputs(
        transformer,
        batch.map((i) => prompts[i] ?? []),
        { layer, positions },
      );
    }
  } finally {
    await coder.release();
  }
  return found;
}
