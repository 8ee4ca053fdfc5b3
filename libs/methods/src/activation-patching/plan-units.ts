import type { Architecture } from '@patchbay/transformer';
import type { Pair } from '@patchbay/tasks';
import { chunkPairs } from '../patching/chunk-pairs.js';
import { blockFlopsPerToken, cutWork, runBytesPerToken } from '../patching/cut-work.js';
import type { Params } from './params.js';

/** Some equally long pairs × some layers: what one activity computes. */
export interface Unit {
  /** indices of the task's pairs */
  pairs: number[];
  firstLayer: number;
  endLayer: number;
}

/** Cuts the work by prompt length and memory, then by layers. */
export function planUnits(architecture: Architecture, pairs: readonly Pair[], params: Params): Unit[] {
  const { layers, heads } = architecture;
  return chunkPairs(pairs, runBytesPerToken(architecture)).flatMap((chunk) => {
    const length = pairs[chunk[0] ?? 0]?.clean.length ?? 0;
    const sites = (params.site === 'z' ? heads : 1) * (params.positions === 'each' ? length : 1);
    const rows = chunk.length * length * sites * blockFlopsPerToken(architecture);
    const flops = Array.from({ length: layers }, (_, layer) => rows * (layers - layer));
    return cutWork(flops).map(({ first, end }) => ({ pairs: chunk, firstLayer: first, endLayer: end }));
  });
}
