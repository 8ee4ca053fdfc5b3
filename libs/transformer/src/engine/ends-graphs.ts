import { Graph, add, gather, gemm, matmul, reshape, transpose } from '@patchbay/onnx';
import type { ModelFiles } from '../model-files.js';
import { WeightReader } from './weights.js';

/** Token ids to the residual stream before block 0: tokens [batch, seq] → resid [batch, seq, d_model]. */
export function embedGraph(files: ModelFiles): Graph {
  const { embedding, positions } = files.architecture;
  const g = new Graph('embed');
  const weights = new WeightReader(g, files);
  const tokens = g.input('tokens', 'int64', ['batch', 'seq']);
  const indices = g.input('positions', 'int64', ['seq']);
  const embedded = gather(weights.tensor(embedding), tokens, 0);
  g.output(
    'resid',
    positions.kind === 'learned' ? add(embedded, gather(weights.tensor(positions.table), indices, 0)) : embedded,
  );
  return g;
}

/**
 * The residual stream after the last block to logits, at one position: resid [batch, seq, d_model] → logits.
 * With `all` the whole vocabulary [batch, vocabulary]; otherwise only the tokens asked for, ids [batch, n] → [batch, n],
 * since a metric over answer tokens needs no other row of the unembedding.
 */
export function unembedGraph(files: ModelFiles): Graph {
  const { dModel, finalNorm, unembedding } = files.architecture;
  const g = new Graph('unembed');
  const weights = new WeightReader(g, files);
  const resid = g.input('resid', 'float32', ['batch', 'seq', dModel]);
  const position = g.input('position', 'int64', [1]);
  const ids = g.input('ids', 'int64', ['batch', 'answers']);
  const all = g.input('all', 'bool', []);
  const table = weights.tensor(unembedding); // [vocabulary, d_model]
  const final = weights.norm(gather(resid, position, 1), finalNorm); // [batch, 1, d_model]
  const [logits] = g.choose(
    all,
    () => [gemm(reshape(final, -1, dModel), table, undefined, true)],
    () => [reshape(matmul(final, transpose(gather(table, ids, 0), 0, 2, 1)), 0, -1)],
  );
  if (logits) g.output('logits', logits);
  return g;
}
