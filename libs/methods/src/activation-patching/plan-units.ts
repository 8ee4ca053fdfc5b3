import type { Architecture } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import type { Params } from './params.js';

/** Some equally long pairs × some layers: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: number[];
  firstLayer: number;
  endLayer: number;
}

/** Memory of one cached run: a chunk of pairs is cut so that base and donor together stay near twice this. */
const CACHE_BYTES = 256 * 1024 * 1024;
/** Arithmetic of one unit: some seconds on two cores, so that a kill loses little and the stores see little. */
const UNIT_FLOPS = 2e12;

/** Cuts the work by prompt length (no padding anywhere), then by memory, then by layers. */
export function planUnits(architecture: Architecture, pairs: readonly Pair[], params: Params): Unit[] {
  return chunkPairs(architecture, pairs).flatMap((chunk) => cutLayers(architecture, pairs, chunk, params));
}

function chunkPairs(architecture: Architecture, pairs: readonly Pair[]): number[][] {
  const lengthOf = (i: number): number => pairs[i]?.clean.length ?? 0;
  const differsFrom = (i: number): number => firstDifference(pairs[i]);
  const order = [...pairs.keys()].sort((i, j) => lengthOf(i) - lengthOf(j) || differsFrom(i) - differsFrom(j) || i - j);
  const chunks: number[][] = [];
  for (const i of order) {
    const chunk = chunks.at(-1);
    const most = Math.max(1, Math.floor(CACHE_BYTES / (bytesPerToken(architecture) * lengthOf(i))));
    if (chunk && chunk.length < most && lengthOf(chunk[0] ?? 0) === lengthOf(i)) chunk.push(i);
    else chunks.push([i]);
  }
  return chunks;
}

function cutLayers(architecture: Architecture, pairs: readonly Pair[], chunk: number[], params: Params): Unit[] {
  const { layers, heads } = architecture;
  const length = pairs[chunk[0] ?? 0]?.clean.length ?? 0;
  const sites = (params.site === 'z' ? heads : 1) * (params.positions === 'each' ? length : 1);
  const units: Unit[] = [];
  let spent = Infinity;
  for (let layer = 0; layer < layers; layer++) {
    if (spent >= UNIT_FLOPS) {
      units.push({ pairs: chunk, firstLayer: layer, endLayer: layer });
      spent = 0;
    }
    const unit = units.at(-1);
    if (unit) unit.endLayer = layer + 1;
    spent += chunk.length * length * sites * (layers - layer) * blockFlopsPerToken(architecture);
  }
  return units;
}

/** First position at which the prompts differ; the length where they do not. */
export function firstDifference(pair: Pair | undefined): number {
  const at = pair?.clean.findIndex((id, t) => id !== pair.corrupted[t]) ?? -1;
  return at < 0 ? (pair?.clean.length ?? 0) : at;
}

/** residPre, z, keys, values and one more site of every layer, float32 */
const bytesPerToken = ({ layers, dModel, heads, keyValueHeads, dHead }: Architecture): number =>
  4 * layers * (2 * dModel + (heads + 2 * keyValueHeads) * dHead);

/** Two per weight: the usual 12 d² of a block is near enough to cut work by. */
const blockFlopsPerToken = ({ dModel }: Architecture): number => 24 * dModel ** 2;
