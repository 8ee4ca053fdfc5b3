import { realpath } from 'node:fs/promises';
import { invalidInput } from '@patchbay/contracts';
import type { Family } from '../architecture.js';
import { families } from '../families/index.js';
import { withFile, type RandomAccess } from '../formats/random-access.js';
import { readFloats } from '../formats/read-floats.js';
import { readGgufHeader } from '../formats/read-gguf.js';
import { elementCount, type StoredTensor } from '../formats/stored-tensor.js';
import { tokenizerFromGguf } from '../tokenizers/tokenizer-from-gguf.js';
import type { Checkpoint } from './checkpoint.js';

/** A setting stored as a tensor has one value for each rotary pair. */
const MAX_SETTING_VALUES = 4096;

/** @throws PatchbayError `invalid-input` saying what is wrong with the file or not supported of it */
export async function openGguf(path: string): Promise<Checkpoint> {
  return withFile(await realpath(path), async (file) => {
    const { metadata, tensors } = await readGgufHeader(file);
    if (Number(metadata.get('split.count') ?? 1) > 1) {
      throw invalidInput(`${path} is one part of a split GGUF file.`, 'Join the parts with llama-gguf-split --merge.');
    }
    const { family, gguf } = familyOf(metadata.get('general.architecture'));
    const weights = tensors.filter(({ name }) => gguf.tensorName(name) !== null);
    const others = tensors.filter(({ name }) => gguf.tensorName(name) === null);
    const config = gguf.config(metadata, await readSettings(file, others));
    return {
      family,
      config,
      files: [{ path: file.path, tensors: weights.map((tensor) => underOwnName(tensor, gguf, config)) }],
      tokenizer: tokenizerFromGguf(metadata),
      promptPrefix: '',
    };
  });
}

type GgufRules = NonNullable<Family['gguf']>;

function familyOf(architecture: unknown): { family: Family; gguf: GgufRules } {
  for (const family of families) {
    if (family.gguf?.architecture === architecture && family.gguf) return { family, gguf: family.gguf };
  }
  const known = families.flatMap(({ gguf }) => (gguf ? [gguf.architecture] : []));
  throw invalidInput(
    `The GGUF file's architecture is ${String(architecture)}, which Patchbay does not know.`,
    `Use a model of one of these: ${known.join(', ')}.`,
  );
}

function underOwnName(tensor: StoredTensor, gguf: GgufRules, config: Record<string, unknown>): StoredTensor {
  const name = gguf.tensorName(tensor.name) ?? tensor.name;
  const heads = gguf.permutedHeads?.(name, config);
  return { ...tensor, name, ...(heads && { interleavedHeads: heads }) };
}

async function readSettings(
  file: RandomAccess,
  tensors: readonly StoredTensor[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const settings = new Map<string, readonly number[]>();
  for (const tensor of tensors) {
    if (elementCount(tensor.shape) > MAX_SETTING_VALUES) {
      throw invalidInput(`${tensor.name} of ${file.path} is too large.`, 'Download or convert the file again.');
    }
    const values: number[] = [];
    for await (const chunk of readFloats(file, tensor)) values.push(...chunk);
    settings.set(tensor.name, values);
  }
  return settings;
}
