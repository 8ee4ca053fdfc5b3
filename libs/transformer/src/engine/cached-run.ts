import { readPositions } from './positions.js';
import { takePositions, takeRows } from './rows.js';
import type { BlockInput, BlockOutput, Floats, Transformer } from './transformer.js';

/** Activations that a run may keep. `residPre` of every layer is where a patched run starts from. */
export type Site = 'residPre' | 'z' | 'attnOut' | 'mlpOut';
/** `share`: each head's z as it reaches W_O's rows, under the run's own scale of a norm after them (z itself without one) */
export type Kept = Site | 'share' | 'keys' | 'values';

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
  let resid = await model.embed(prompts);
  for (let layer = 0; layer < model.architecture.layers; layer++) {
    // Without a norm after W_O a head's share is its z: one copy serves both.
    const shareIsZ = model.architecture.block(layer).attentionPostNorm === undefined;
    const fetched = (['z', 'share', 'attnOut', 'mlpOut', 'keys', 'values'] as const).filter((name) =>
      name === 'share'
        ? keep.has(name) && !shareIsZ
        : keep.has(name) || (name === 'z' && keep.has('share') && shareIsZ),
    );
    const names: BlockOutput[] = ['residPost', ...fetched];
    const { residPost, ...outputs } = await model.block(layer, { resid, start: 0 }, names);
    const activations = keep.has('share') && shareIsZ ? { ...outputs, share: outputs.z } : outputs;
    layers.push(keep.has('residPre') ? { ...activations, residPre: resid } : activations);
    resid = residPost;
  }
  return { prompts, length, layers, final: takePositions(resid, readPositions(model.architecture, length)) };
}

/** The cached activation. @throws Error naming the one that the run was not asked to keep */
export function keptAt(run: Pick<CachedRun, 'layers'>, layer: number, name: Kept): Floats {
  const tensor = run.layers[layer]?.[name];
  if (!tensor) throw new Error(`the run did not keep ${name} of layer ${layer}`);
  return tensor;
}

/** Keys and values of the positions before `start`, for a batch whose rows are these prompts of the run. */
export function pastOf(run: CachedRun, layer: number, start: number, rows: readonly number[]): BlockInput['past'] {
  if (start === 0) return undefined;
  const prefix = (x: Floats): Floats => takeRows(x, [...run.prompts.keys()], 0, start);
  return { keys: prefix(keptAt(run, layer, 'keys')), values: prefix(keptAt(run, layer, 'values')), rows };
}
