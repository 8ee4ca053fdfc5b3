import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { downloadFile, listFiles, type ListFileEntry } from '@huggingface/hub';
import { invalidInput, unavailable } from '@patchbay/contracts';
import { writeAtomically } from '../formats/write-atomically.js';
import type { OpenModelOptions } from '../model-files.js';
import { exists } from './check-finite.js';

const SMALL_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const SHARD = /^model-[0-9]+-of-[0-9]+\.safetensors$/;

/** Configuration, tokenizer and safetensors of one commit into `folder`; what is there already is kept. */
export async function downloadModel(
  name: string,
  commit: string,
  folder: string,
  options: OpenModelOptions,
): Promise<void> {
  const files = await wantedFiles(name, commit, options);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const file of files) {
    const path = join(folder, file.path);
    if (!(await exists(path))) {
      const blob = await downloadFile({ repo: name, path: file.path, revision: commit, fetch: options.fetch });
      if (!blob) throw unavailable(`The hub lists ${file.path} of ${name} and does not have it.`, 'Try again later.');
      await save(blob, path, file, (bytes) => options.onProgress?.(`Downloading ${name}`, (done + bytes) / total));
    }
    done += file.size;
  }
}

async function wantedFiles(name: string, commit: string, { fetch }: OpenModelOptions): Promise<ListFileEntry[]> {
  const files: ListFileEntry[] = [];
  for await (const entry of listFiles({ repo: name, revision: commit, fetch })) {
    if (entry.type === 'file') files.push(entry);
  }
  const isWhole = files.some(({ path }) => path === WHOLE);
  const wanted = files.filter(({ path }) =>
    isWhole ? [...SMALL_FILES, WHOLE].includes(path) : [...SMALL_FILES, INDEX].includes(path) || SHARD.test(path),
  );
  if (!wanted.some(({ path }) => path === WHOLE || path === INDEX)) {
    throw invalidInput(
      `${name} has no safetensors weights on the hub.`,
      'Use a model that has, or convert it yourself.',
    );
  }
  return wanted;
}

/** @throws PatchbayError `unavailable` where what came is not what the hub lists */
async function save(blob: Blob, path: string, file: ListFileEntry, onBytes: (bytes: number) => void): Promise<void> {
  await writeAtomically(path, async (handle) => {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of blob.stream() as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > file.size) break;
      hash.update(chunk);
      await handle.writeFile(chunk);
      onBytes(bytes);
    }
    if (bytes !== file.size || (file.lfs && hash.digest('hex') !== file.lfs.oid)) {
      throw unavailable(`${file.path} did not arrive as the hub lists it.`, 'Try again.');
    }
  });
}
