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
  reshapeTo,
  sliceFrom,
  sum,
  transpose,
} from '@patchbay/onnx';
import type { ModelFiles } from '../model-files.js';
import { mlp } from './block-graph.js';
import { attendByHead, attentionInputs, headProjection, project } from './edge-graphs.js';
import { type FedGraph, FedWeights } from './fed-weights.js';
import { ReadNorm } from './read-norm.js';
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

  const { output, attentionNorm, attentionPostNorm } = block(layer);
  const read = new ReadNorm(weights, attentionNorm, resid);
  const letters = ([0, 1, 2] as const).map((letter) => {
    const projection = headProjection(weights, layer, letter);
    return { projection, projected: project(read.rows, projection) };
  });
  const z = attendByHead(weights, layer, inputs, letters.map(({ projected }) => projected) as [Value, Value, Value]);
  // What goes past the heads: their own share of the gradient is added below, by head.
  const passing = identity(resid);
  const kept = sliceFrom(passing, keepFrom, 1);
  const written = weights.linear(reshape(z, -1, heads * dHead), output);
  const attnOut = weights.norm(reshapeLike(written, kept, 2, dModel), attentionPostNorm);
  const residMid = add(kept, attnOut);
  const seed = { value: residMid, gradient };
  const mlpSeed = (): typeof seed => ({
    value: mlpReads === 'resid-pre' ? kept : residMid,
    gradient: g.input('mlpReadGradient', 'float32', ['batch', 'queries', dModel]),
  });
  const seeds = dMlp > 0 ? ([seed, mlpSeed()] as const) : ([seed] as const);
  const projections = letters.map(({ projected: one }) => one);
  const [passingGradient, ...byLetter] = gradients(seeds, [passing, ...projections]) as [Value, ...Value[]];
  const readGradients = letters.map(({ projection }, i) =>
    read.gradient(byLetter[i] as Value, projections[i] as Value, projection),
  );
  const [q, k, v] = readGradients.map((one) => reshape(matmul(byRow(one), bySource(changes)), 0, heads, 1, -1)) as [
    Value,
    Value,
    Value,
  ];
  g.output('scores', concat(2, q, k, v));
  const all = readGradients.map((one) => reshapeTo(sum(one, 0), passingGradient));
  g.output('residGradient', all.reduce(add, passingGradient));
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
  g.output('scores', reshape(matmul(reshape(wholeGradient, 0, 1, -1), bySource(changes)), 0, -1));
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
  const read = gather(changes, positions, 2);
  g.output('scores', reshape(matmul(reshape(residGradient, 0, 1, -1), bySource(read)), 0, -1));
  g.output('residGradient', residGradient);
  return g;
}

// Reshaped first: ONNX Runtime's product then reads them as they lie, where a transposed copy would be most of the time.

/** [n, batch, positions, d_model] → [batch, n, positions · d_model] */
const byRow = (x: Value): Value => transpose(reshape(x, 0, 0, -1), 1, 0, 2);

/** [sources, batch, positions, d_model] → [batch, positions · d_model, sources] */
const bySource = (changes: Value): Value => transpose(reshape(changes, 0, 0, -1), 1, 2, 0);
