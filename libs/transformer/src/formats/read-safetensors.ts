import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput } from '@patchbay/contracts';
import { withFile } from './random-access.js';
import { MAX_HEADER_BYTES, parseSafetensorsHeader, safetensorsHeaderLength } from './safetensors-header.js';
import type { WeightFile } from './stored-tensor.js';

/** The largest public checkpoint has below 500 shards. */
const MAX_SHARDS = 10_000;
/** A shard is a file of the same folder: no separators, no leading dot. */
const SHARD_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}\.safetensors$/;

/** Header of one safetensors file. @throws PatchbayError `invalid-input` */
export async function readSafetensors(path: string): Promise<WeightFile> {
  return withFile(await realpath(path), async (file) => {
    const prefix = await file.read(0, Math.min(8, file.size));
    const length = safetensorsHeaderLength(prefix, file.size, path);
    return { path: file.path, tensors: parseSafetensorsHeader(await file.read(8, length), file.size, path) };
  });
}

/**
 * Headers of all files that a `model.safetensors.index.json` names, in name order.
 * @throws PatchbayError `invalid-input` where a shard is missing or lacks a tensor that the index gives it
 */
export async function readShardedSafetensors(folder: string, indexName: string): Promise<WeightFile[]> {
  const tensorsByShard = await readIndex(join(folder, indexName));
  const files: WeightFile[] = [];
  for (const shard of [...tensorsByShard.keys()].sort()) {
    const file = await readShard(folder, shard);
    const listed = new Set(tensorsByShard.get(shard));
    const tensors = file.tensors.filter((tensor) => listed.delete(tensor.name));
    const [missing] = listed;
    if (missing !== undefined) {
      throw invalidInput(`${shard} has no tensor ${missing}, which the index places there.`, DOWNLOAD_AGAIN);
    }
    files.push({ path: file.path, tensors });
  }
  return files;
}

async function readShard(folder: string, shard: string): Promise<WeightFile> {
  const path = join(folder, shard);
  const there = await stat(path).catch(() => null);
  if (!there) throw invalidInput(`${folder} lacks ${shard}, which its index names.`, DOWNLOAD_AGAIN);
  return readSafetensors(path);
}

/** shard → names of its tensors */
async function readIndex(path: string): Promise<Map<string, string[]>> {
  if ((await stat(path)).size > MAX_HEADER_BYTES) throw invalidInput(`${path} is too large.`, DOWNLOAD_AGAIN);
  const tensorsByShard = new Map<string, string[]>();
  for (const [tensor, shard] of Object.entries(weightMap(await readFile(path, 'utf8'), path))) {
    if (typeof shard !== 'string' || !SHARD_NAME.test(shard)) {
      throw invalidInput(`${path} names a shard that is no plain file name: ${String(shard)}.`, DOWNLOAD_AGAIN);
    }
    const tensors = tensorsByShard.get(shard);
    if (tensors) tensors.push(tensor);
    else tensorsByShard.set(shard, [tensor]);
    if (tensorsByShard.size > MAX_SHARDS) {
      throw invalidInput(`${path} names more than ${MAX_SHARDS} shards.`, DOWNLOAD_AGAIN);
    }
  }
  return tensorsByShard;
}

function weightMap(text: string, path: string): object {
  try {
    const index: unknown = JSON.parse(text);
    if (typeof index === 'object' && index !== null && 'weight_map' in index) {
      const map = index.weight_map;
      if (typeof map === 'object' && map !== null && !Array.isArray(map)) return map;
    }
  } catch {
    // falls through to the one error
  }
  throw invalidInput(`${path} has no weight_map.`, DOWNLOAD_AGAIN);
}

const DOWNLOAD_AGAIN = 'Download or save the model again.';
