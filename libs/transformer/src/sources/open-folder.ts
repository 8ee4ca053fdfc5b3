import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidInput } from '@patchbay/contracts';
import type { Family } from '../architecture.js';
import { families } from '../families/index.js';
import { readSafetensors, readShardedSafetensors } from '../formats/read-safetensors.js';
import type { WeightFile } from '../formats/stored-tensor.js';
import { parseTokenizerFiles, type TokenizerFiles } from '../tokenizers/tokenizer-files.js';
import type { Checkpoint } from './checkpoint.js';
import { openGguf } from './open-gguf.js';
import { readJsonIfPresent } from './read-json.js';

/** `patchbay.json` in a model's folder: what its own files cannot say. */
const patchbayJson = z.strictObject({
  promptPrefix: z.string().max(1000).default('').describe('text that every generated prompt begins with'),
});

/**
 * A Hugging Face folder (config.json, safetensors, tokenizer.json), or one that holds a single GGUF file.
 * @throws PatchbayError `invalid-input` saying which file is missing or wrong
 */
export async function openFolder(folder: string): Promise<Checkpoint> {
  const names = await readdir(folder);
  const [gguf, ...more] = names.filter((name) => name.endsWith('.gguf'));
  if (gguf && !names.includes('config.json')) {
    if (more.length > 0) throw invalidInput(`${folder} holds several GGUF files.`, 'Name the one that is meant.');
    return { ...(await openGguf(join(folder, gguf))), promptPrefix: await readPromptPrefix(folder) };
  }
  const config = await readConfig(folder);
  const family = familyOf(config);
  return {
    family,
    config,
    files: await readWeightFiles(folder, names),
    tokenizer: await readTokenizerFiles(folder, family, config),
    promptPrefix: await readPromptPrefix(folder),
  };
}

async function readConfig(folder: string): Promise<Record<string, unknown>> {
  const config = await readJsonIfPresent(join(folder, 'config.json'));
  if (config === null) {
    throw invalidInput(
      `${folder} has no config.json.`,
      'Name a folder as save_pretrained() writes it, or a .gguf file.',
    );
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(config);
  if (!parsed.success) throw invalidInput(`${folder}/config.json is no JSON object.`, 'Download the model again.');
  return parsed.data;
}

function familyOf(config: Record<string, unknown>): Family {
  const named = z.array(z.string()).safeParse(config.architectures).data ?? [];
  const family =
    families.find(({ architectures }) => named.some((name) => architectures.includes(name))) ??
    (named.length === 0 ? families.find((one) => one.recognises?.(config)) : undefined);
  if (family) return family;
  const known = families.flatMap(({ architectures }) => architectures);
  throw invalidInput(
    `The model's architecture is ${named.join(', ') || 'not named in its config.json'}, which Patchbay does not know.`,
    `Use a model of one of these: ${known.join(', ')}.`,
  );
}

async function readWeightFiles(folder: string, names: readonly string[]): Promise<WeightFile[]> {
  if (names.includes('model.safetensors')) return [await readSafetensors(join(folder, 'model.safetensors'))];
  const index = 'model.safetensors.index.json';
  if (names.includes(index)) return readShardedSafetensors(await realpath(folder), index);
  const pickled = names.some((name) => name.endsWith('.bin') || name.endsWith('.pt') || name.endsWith('.pth'));
  throw invalidInput(
    `${folder} has no model.safetensors${pickled ? '; pickled weights can run code and are not read' : ''}.`,
    'Save the model with save_pretrained(folder, safe_serialization=True).',
  );
}

async function readTokenizerFiles(
  folder: string,
  family: Family,
  config: Record<string, unknown>,
): Promise<TokenizerFiles> {
  const json = await readJsonIfPresent(join(folder, 'tokenizer.json'));
  if (json === null && family.tokenizer) return family.tokenizer(config);
  if (json === null) {
    throw invalidInput(
      `${folder} has no tokenizer.json.`,
      'Save it there with AutoTokenizer.from_pretrained(model, use_fast=True).save_pretrained(folder).',
    );
  }
  return parseTokenizerFiles(json, (await readJsonIfPresent(join(folder, 'tokenizer_config.json'))) ?? {}, folder);
}

async function readPromptPrefix(folder: string): Promise<string> {
  const parsed = patchbayJson.safeParse((await readJsonIfPresent(join(folder, 'patchbay.json'))) ?? {});
  if (parsed.success) return parsed.data.promptPrefix;
  throw invalidInput(
    `${folder}/patchbay.json cannot be used: ${parsed.error.issues[0]?.message}.`,
    'Its one setting is promptPrefix, a text.',
  );
}
