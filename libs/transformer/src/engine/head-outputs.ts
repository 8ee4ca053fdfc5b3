import { Graph, matmul, mean, mul, reshape, transpose } from '@patchbay/onnx';
import type { ModelFiles } from '../model-files.js';
import type { Floats, Transformer } from './transformer.js';
import { readPositions } from './positions.js';
import { takePositions } from './rows.js';
import { WeightReader } from './weights.js';

/**
 * share [batch, seq, heads, d_head] → what each head writes to the residual stream in the mean over positions, W_O's
 * bias left out [batch, heads, d_model]. W_O is linear: the mean is taken before it, of d_head values a head.
 */
export function meanWritesGraph(files: ModelFiles, layer: number): Graph {
  const { heads, dHead, dModel, block } = files.architecture;
  const g = new Graph(`mean head writes ${layer}`);
  const weights = new WeightReader(g, files);
  const { output, attentionPostNorm } = block(layer);
  const share = g.input('share', 'float32', ['batch', 'seq', heads, dHead]);
  const means = reshape(mean(share, 1), -1, heads, dHead);
  const writes = transpose(matmul(transpose(means, 1, 0, 2), weights.byHeadIn(output)), 1, 0, 2);
  const normed = attentionPostNorm ? mul(writes, weights.normWeight(attentionPostNorm)) : writes;
  g.output('writes', reshape(normed, -1, heads, dModel));
  return g;
}

export interface HeadOutputs {
  /** by layer, what each head writes [batch, heads, d_model] */
  layer: (layer: number, writes: Floats) => Promise<void>;
  /** mean over all positions, or the last one alone */
  positions: 'mean' | 'last';
}

/**
 * Runs equally long prompts and hands over every head's output, one layer at a time, so that nothing of the model's
 * whole width is kept.
 * @returns the residual stream after the last block, where the answer is read [batch, read positions, d_model]
 */
export async function headOutputs(
  model: Transformer,
  prompts: readonly (readonly number[])[],
  { layer: receive, positions }: HeadOutputs,
): Promise<Floats> {
  const length = prompts[0]?.length ?? 0;
  let resid = await model.embed(prompts);
  for (let layer = 0; layer < model.architecture.layers; layer++) {
    const { residPost, share } = await model.block(layer, { resid, start: 0 }, ['residPost', 'share']);
    await receive(layer, await model.meanHeadWrites(layer, positions === 'mean' ? share : lastOf(share)));
    resid = residPost;
  }
  return takePositions(resid, readPositions(model.architecture, length));
}

/** The last position of [batch, seq, heads, d_head]. */
function lastOf({ data, dims }: Floats): Floats {
  const [batch = 0, seq = 0, heads = 0, dHead = 0] = dims;
  const last = takePositions({ data, dims: [batch, seq, heads * dHead] }, [seq - 1]);
  return { data: last.data, dims: [batch, 1, heads, dHead] };
}
