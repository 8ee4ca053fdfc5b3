import { Graph, add, gather, gemm, matmul, mul, reshape, reshapeLike, transpose } from '@patchbay/onnx';
import type { ModelFiles } from '../model-files.js';
import { WeightReader, softCap } from './weights.js';

/** Token ids to the residual stream before block 0: tokens [batch, seq] → resid [batch, seq, d_model]. */
export function embedGraph(files: ModelFiles): Graph {
  const { embedding, embeddingScale, positions } = files.architecture;
  const g = new Graph('embed');
  const weights = new WeightReader(g, files);
  const tokens = g.input('tokens', 'int64', ['batch', 'seq']);
  const indices = g.input('positions', 'int64', ['seq']);
  const looked = gather(weights.tensor(embedding), tokens, 0);
  const embedded = embeddingScale === undefined ? looked : mul(looked, g.scalar(embeddingScale));
  g.output(
    'resid',
    positions.kind === 'learned' ? add(embedded, gather(weights.tensor(positions.table), indices, 0)) : embedded,
  );
  return g;
}

/**
 * The residual stream after the last block to logits, at some positions: resid [batch, seq, d_model] → logits.
 * With `all` every output [batch, positions · outputs]; otherwise only the tokens asked for, ids [batch, n] →
 * [batch, positions · n], since a metric over answer tokens needs no other row of the unembedding.
 */
export function unembedGraph(files: ModelFiles): Graph {
  const { dModel, finalNorm, logitSoftCap } = files.architecture;
  const g = new Graph('unembed');
  const weights = new WeightReader(g, files);
  const resid = g.input('resid', 'float32', ['batch', 'seq', dModel]);
  const positions = g.input('positions', 'int64', ['positions']);
  const ids = g.input('ids', 'int64', ['batch', 'answers']);
  const all = g.input('all', 'bool', []);
  const table = weights.unembedding();
  const final = weights.norm(gather(resid, positions, 1), finalNorm); // [batch, positions, d_model]
  const [logits] = g.choose(
    all,
    () => [reshapeLike(gemm(reshape(final, -1, dModel), table, undefined, true), final, 1, -1)],
    () => [reshape(matmul(final, transpose(gather(table, ids, 0), 0, 2, 1)), 0, -1)],
  );
  if (logits) g.output('logits', softCap(logits, logitSoftCap));
  return g;
}
