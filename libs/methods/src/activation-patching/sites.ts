import { atPosition, attentionName, headName, mlpName, residualName } from '@patchbay/circuit';
import { type Patch, type Site, firstReadOf } from '@patchbay/transformer';
import type { MethodContext } from '../method.js';
import type { Params } from './params.js';

/** The sites of the `site` parameter: which activation they overwrite and what their nodes are called. */
export const SITES: Record<Params['site'], { activation: Site; perHead: boolean }> = {
  z: { activation: 'z', perHead: true },
  'attn-out': { activation: 'attnOut', perHead: false },
  'mlp-out': { activation: 'mlpOut', perHead: false },
  'resid-pre': { activation: 'residPre', perHead: false },
};

const NAMES = { z: headName, 'attn-out': attentionName, 'mlp-out': mlpName, 'resid-pre': residualName };

/** Patches of one layer that begin at the same position and so run together. */
export interface PatchedSet {
  from: number;
  /** every node that the set speaks of; those without a patch have effect 0 by proof, not by measurement */
  names: string[];
  patches: (Omit<Patch, 'donorRow'> & { name: string })[];
}

/**
 * All patches of a layer. Left out are those that cannot change the answer: where base and donor agree (before the
 * prompts' first difference), and in the last layer outputs at positions that no later layer reads.
 *
 * @param differs by pair: first position at which base and donor may differ
 */
export function patchesOf(
  { architecture, params }: MethodContext<Params>,
  layer: number,
  differs: readonly number[],
  length: number,
): PatchedSet[] {
  const heads = SITES[params.site].perHead ? [...Array(architecture.heads).keys()] : [undefined];
  const nameOf = (head: number | undefined): string => NAMES[params.site](layer, head ?? 0);
  const firstRead = firstReadOf(architecture, length);
  const unread = layer === architecture.layers - 1 && params.site !== 'resid-pre' ? firstRead : 0;
  const ranges = params.positions === 'all' ? [undefined] : [...Array(length).keys()];
  return ranges.map((position) => {
    const naming = (head: number | undefined): string =>
      position === undefined ? nameOf(head) : atPosition(nameOf(head), position);
    // Pair by pair: those of a chunk that first differ late come last, so the batches of the last pairs begin later.
    const patches = differs.flatMap((first, row) => {
      const from = position ?? first;
      const to = position === undefined ? length : position + 1;
      const matters = from >= first && from < length && to > unread;
      if (!matters) return [];
      return heads.map((head) => ({ name: naming(head), row, head, from: Math.max(from, unread), to }));
    });
    const from = Math.min(firstRead, ...patches.map((patch) => patch.from));
    return { from, names: heads.map(naming), patches };
  });
}
