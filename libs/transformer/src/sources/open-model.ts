import { invalidInput } from '@patchbay/contracts';
import type { WeightFile } from '../formats/stored-tensor.js';
import type { ModelFiles, OnProgress, OpenModelOptions } from '../model-files.js';
import { createTokenizer } from '../tokenizers/create-tokenizer.js';
import { checkTensors } from './check-tensors.js';
import { combineHashes, hashFile, sha256Of } from './hash-file.js';
import { locateModel } from './locate-model.js';
import { openFolder } from './open-folder.js';
import { openGguf } from './open-gguf.js';
import { placeWeights } from './place-weights.js';

/**
 * Opens a model by a built-in name, a folder, a .gguf file, `hf:org/name[@revision]`, or the name of a folder or
 * .gguf file in `home/models`: reads and checks its files, converts its weights where they are not float32.
 * @throws PatchbayError `not-found` where nothing has that name, `invalid-input` where the files are wrong or the
 * model cannot be computed, `unavailable` where a download fails
 */
export async function openModel(reference: string, options: OpenModelOptions): Promise<ModelFiles> {
  const found = await locateModel(reference, options);
  const open = found.path.endsWith('.gguf') ? openGguf : openFolder;
  const { family, config, files, tokenizer: tokenizerFiles, promptPrefix } = await open(found.path);
  const stored = new Set(files.flatMap(({ tensors }) => tensors.map(({ name }) => name)));
  const architecture = family.architecture(config, stored);
  const needed = checkTensors(files, architecture, family);
  const tokenizer = createTokenizer(tokenizerFiles);
  if (tokenizer.vocabulary > architecture.vocabulary) {
    throw invalidInput(
      `The tokenizer has ${tokenizer.vocabulary} tokens, the model only ${architecture.vocabulary}.`,
      'Use the tokenizer that belongs to this model.',
    );
  }
  const onProgress = options.onProgress ?? (() => {});
  const sha256 = await hashFiles(needed, options.home, onProgress);
  return {
    name: reference,
    source: found.source,
    architecture,
    tensors: await placeWeights(needed, sha256, options.home, onProgress),
    tokenizer,
    promptPrefix,
    sha256,
    tokenizerSha256: sha256Of(JSON.stringify(tokenizerFiles)),
    revision: found.revision,
  };
}

async function hashFiles(files: readonly WeightFile[], home: string, onProgress: OnProgress): Promise<string> {
  const hashes: string[] = [];
  for (const { path } of files) {
    onProgress('Hashing weights', hashes.length / files.length);
    hashes.push(await hashFile(path, home));
  }
  return combineHashes(hashes);
}
