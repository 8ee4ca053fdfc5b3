import { readPositions } from './positions.js';
import { takePositions } from './rows.js';
import type { BlockOutput, Floats, Transformer } from './transformer.js';

/** Activations that a run may keep. `residPre` of every layer is where a patched run starts from. */
export type Site = 'residPre' | 'z' | 'attnOut' | 'mlpOut';
export type Kept = Site | 'keys' | 'values';

/** A forward pass over equally long prompts, with the activations that were asked for. */
export interface CachedRun {
  prompts: readonly (readonly number[])[];
  length: number;
  /** by layer: residPre, attnOut, mlpOut [batch, seq, d_model] · z [batch, seq, heads, d_head] · keys, values */
  layers: readonly Partial<Record<Kept, Floats>>[];
  /** after the last block, where the answer is read (`readPositions`) [batch, read positions, d_model] */
  final: Floats;
}

/** Runs the model and keeps the named activations of every layer. */
export async function cacheRun(
  model: Transformer,
  prompts: readonly (readonly number[])[],
  keep: ReadonlySet<Kept>,
): Promise<CachedRun> {
  const length = prompts[0]?.length ?? 0;
  const layers: Partial<Record<Kept, Floats>>[] = [];
  const fetched = (['z', 'attnOut', 'mlpOut', 'keys', 'values'] as const).filter((name) => keep.has(name));
  let resid = await model.embed(prompts);
  for (let layer = 0; layer < model.architecture.layers; layer++) {
    const names: BlockOutput[] = ['residPost', ...fetched];
    const { residPost, ...activations } = await model.block(layer, { resid, start: 0 }, names);
    layers.push(keep.has('residPre') ? { ...activations, residPre: resid } : activations);
    resid = residPost;
  }
  return { prompts, length, layers, final: takePositions(resid, readPositions(model.architecture, length)) };
}

/** The cached activation. @throws Error naming the one that the run was not asked to keep */
export function keptAt(run: CachedRun, layer: number, name: Kept): Floats {
  const tensor = run.layers[layer]?.[name];
  if (!tensor) throw new Error(`the run did not keep ${name} of layer ${layer}`);
  return tensor;
}
