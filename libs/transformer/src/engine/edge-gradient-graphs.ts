/**
 * @file Gradients of a metric by what each destination of the edge graph reads before its norm, contracted inside the
 * graph with the sources' changes: score(s → d) = Σ_{t,·} (u′_s − u_s) · ∂m/∂input_d (Syed et al. 2023). Only
 * scores and the gradient that goes on down the residual stream leave a graph. The changes of any sources may be
 * given; those that the destination does not see are the caller's to leave out.
 */
import {
  Graph,
  type Value,
  add,
  concat,
  gather,
  gradients,
  identity,
  matmul,
  reshape,
  reshapeLike,
  sliceFrom,
  transpose,
} from '@patchbay/onnx';
import type { ModelFiles } from '../model-files.js';
import { mlp } from './block-graph.js';
import { attendByHead, attentionInputs } from './edge-graphs.js';
import { type FedGraph, FedWeights } from './fed-weights.js';
import { WeightReader, softCap } from './weights.js';

/**
 * Edges into one layer's heads: the residual stream before the block, the gradient by the one after it and, where
 * there is an MLP, by what its norm reads [batch, queries, d_model] → scores [batch, heads, 3, sources] and the
 * gradient by the residual stream before the block [batch, seq, d_model].
 */
export function attentionEdgeGradientGraph(files: ModelFiles, layer: number): FedGraph {
  const { dModel, dMlp, heads, dHead, mlpReads, block } = files.architecture;
  const g = new Graph('attention edge gradients');
  const weights = new FedWeights(g, files);
  const inputs = attentionInputs(weights, layer);
  const { resid, keepFrom } = inputs;
  const gradient = g.input('gradient', 'float32', ['batch', 'queries', dModel]);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);

  // Adding zeros of [heads] gives each head's letter a copy that a gradient can be taken by.
  const copies = g.constant(new Float32Array(heads), [heads, 1, 1, 1]);
  const copy = (): Value => add(resid, copies); // [heads, batch, seq, d_model]
  const reads = [copy(), copy(), copy()] as const;
  const z = attendByHead(weights, layer, inputs, reads);
  const kept = sliceFrom(resid, keepFrom, 1);
  const { output, attentionPostNorm } = block(layer);
  const projected = weights.linear(reshape(z, -1, heads * dHead), output);
  const attnOut = weights.norm(reshapeLike(projected, kept, 2, dModel), attentionPostNorm);
  const residMid = add(kept, attnOut);
  const seed = { value: residMid, gradient };
  const mlpSeed = (): typeof seed => ({
    value: mlpReads === 'resid-pre' ? kept : residMid,
    gradient: g.input('mlpReadGradient', 'float32', ['batch', 'queries', dModel]),
  });
  const seeds = dMlp > 0 ? ([seed, mlpSeed()] as const) : ([seed] as const);
  const [residGradient, ...byLetter] = gradients(seeds, [resid, ...reads]) as [Value, Value, Value, Value];

  const bySource = positionsTogether(changes);
  const [q, k, v] = byLetter.map((letter) =>
    reshape(matmul(positionsTogether(letter), transpose(bySource, 0, 2, 1)), 0, heads, 1, -1),
  ) as [Value, Value, Value];
  g.output('scores', concat(2, q, k, v));
  g.output('residGradient', residGradient);
  return { graph: g, weights: weights.fed };
}

/**
 * Edges into one layer's MLP: the residual stream before the block [batch, seq, d_model], its attention's output where
 * the MLP reads it, and the gradient by the residual stream after the block [batch, queries, d_model] → scores
 * [batch, sources] and the gradient by what the MLP's norm reads [batch, queries, d_model].
 */
export function mlpEdgeGradientGraph(files: ModelFiles, layer: number): FedGraph {
  const { dModel, mlpReads, block } = files.architecture;
  const g = new Graph('MLP edge gradients');
  const weights = new FedWeights(g, files);
  const resid = g.input('resid', 'float32', ['batch', 'seq', dModel]);
  const keepFrom = g.input('keepFrom', 'int64', [1]);
  const gradient = g.input('gradient', 'float32', ['batch', 'queries', dModel]);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);

  // A copy of all positions, so that its gradient meets the changes as they are: they are many and a part is a copy.
  const whole = identity(resid);
  const kept = sliceFrom(whole, keepFrom, 1);
  const read = mlpReads === 'resid-pre' ? kept : add(g.input('attnOut', 'float32', ['batch', 'queries', dModel]), kept);
  const { mlpNorm, mlpPostNorm } = block(layer);
  const mlpOut = weights.norm(mlp(weights, layer, weights.norm(read, mlpNorm)), mlpPostNorm);
  const [readGradient, wholeGradient] = gradients([{ value: mlpOut, gradient }], [read, whole]) as [Value, Value];
  // [sources, batch, 1, seq · d_model] · [batch, seq · d_model, 1]
  const products = matmul(reshape(changes, 0, 0, 1, -1), reshape(wholeGradient, 0, -1, 1));
  g.output('scores', reshape(transpose(products, 1, 0, 2, 3), 0, -1));
  g.output('mlpReadGradient', readGradient);
  return { graph: g, weights: weights.fed };
}

/**
 * Edges into the logits: what the final norm reads where the answer is read [batch, read, d_model], these positions
 * among those of the changes, and the metric's gradient by the logits [batch, read, n], of all (`all`) or of `ids`
 * [batch, n] → scores [batch, sources] and the gradient by what the norm reads.
 */
export function logitsEdgeGradientGraph(files: ModelFiles): Graph {
  const { dModel, finalNorm, logitSoftCap } = files.architecture;
  const g = new Graph('logits edge gradients');
  const weights = new WeightReader(g, files);
  const final = g.input('final', 'float32', ['batch', 'read', dModel]);
  const positions = g.input('positions', 'int64', ['read']);
  const ids = g.input('ids', 'int64', ['idBatch', 'answers']);
  const all = g.input('all', 'bool', []);
  const gradient = g.input('gradient', 'float32', ['batch', 'read', 'logits']);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);

  const table = weights.unembedding(); // [outputs, d_model]
  const normed = weights.norm(final, finalNorm);
  // The unembedding is linear: its transpose takes the gradient by what it gives back to what it reads.
  const back = (rows: Value, turned: readonly number[]): Value => {
    if (logitSoftCap === undefined) return matmul(gradient, rows);
    const logits = matmul(normed, transpose(rows, ...turned));
    const [uncapped] = gradients([{ value: softCap(logits, logitSoftCap), gradient }], [logits]) as [Value];
    return matmul(uncapped, rows);
  };
  const [normedGradient] = g.choose(
    all,
    () => [back(table, [1, 0])],
    () => [back(gather(table, ids, 0), [0, 2, 1])],
  ) as [Value];
  const [residGradient] = gradients([{ value: normed, gradient: normedGradient }], [final]) as [Value];
  const bySource = positionsTogether(gather(changes, positions, 2)); // [batch, sources, read · d_model]
  g.output('scores', reshape(matmul(bySource, reshape(residGradient, 0, -1, 1)), 0, -1));
  g.output('residGradient', residGradient);
  return g;
}

/** [n, batch, positions, d_model] → [batch, n, positions · d_model] */
const positionsTogether = (x: Value): Value => reshape(transpose(x, 1, 0, 2, 3), 0, 0, -1);
