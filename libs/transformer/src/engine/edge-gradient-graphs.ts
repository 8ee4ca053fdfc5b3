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
import { WeightReader } from './weights.js';

/**
 * Edges into one layer's heads: residual stream before the block and the gradient by the one after its attention
 * [batch, queries, d_model] → scores [batch, heads · 3, sources], a head's q, k, v together, and the gradient by the
 * residual stream before the block [batch, seq, d_model].
 */
export function attentionEdgeGradientGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, heads, dHead, block } = files.architecture;
  const g = new Graph(`attention edge gradients ${layer}`);
  const weights = new WeightReader(g, files);
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
  const projected = weights.linear(reshape(z, -1, heads * dHead), block(layer).output);
  const residMid = add(kept, reshapeLike(projected, kept, 2, dModel));
  const [residGradient, ...byLetter] = gradients([{ value: residMid, gradient }], [resid, ...reads]) as [
    Value,
    Value,
    Value,
    Value,
  ];

  const bySource = positionsTogether(changes);
  const [q, k, v] = byLetter.map((letter) =>
    reshape(matmul(positionsTogether(letter), transpose(bySource, 0, 2, 1)), 0, heads, 1, -1),
  ) as [Value, Value, Value];
  const scores = concat(2, q, k, v); // [batch, heads, 3, sources]
  g.output('scores', scores);
  g.output('residGradient', residGradient);
  return g;
}

/**
 * Edges into one layer's MLP: the residual stream before the block [batch, seq, d_model], its attention's output and
 * the gradient by the residual stream after the block [batch, queries, d_model] → scores [batch, sources] and the
 * gradient by the residual stream between attention and MLP [batch, queries, d_model].
 */
export function mlpEdgeGradientGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, block } = files.architecture;
  const g = new Graph(`MLP edge gradients ${layer}`);
  const weights = new WeightReader(g, files);
  const resid = g.input('resid', 'float32', ['batch', 'seq', dModel]);
  const keepFrom = g.input('keepFrom', 'int64', [1]);
  const attnOut = g.input('attnOut', 'float32', ['batch', 'queries', dModel]);
  const gradient = g.input('gradient', 'float32', ['batch', 'queries', dModel]);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);

  // A copy of all positions, so that its gradient meets the changes as they are: they are many and a part is a copy.
  const whole = identity(resid);
  const read = add(attnOut, sliceFrom(whole, keepFrom, 1));
  const mlpOut = mlp(weights, layer, weights.norm(read, block(layer).mlpNorm));
  const [readGradient, wholeGradient] = gradients([{ value: mlpOut, gradient }], [read, whole]) as [Value, Value];
  const residGradient = add(gradient, readGradient);
  // [sources, batch, 1, seq · d_model] · [batch, seq · d_model, 1]
  const products = matmul(reshape(changes, 0, 0, 1, -1), reshape(wholeGradient, 0, -1, 1));
  g.output('scores', reshape(transpose(products, 1, 0, 2, 3), 0, -1));
  g.output('residGradient', residGradient);
  return g;
}

/**
 * Edges into the logits: what the final norm reads [batch, 1, d_model] and the metric's gradient by the logits, of all
 * (`all`) or of `ids` [batch, n] → scores [batch, sources] and the gradient by what the norm reads.
 */
export function logitsEdgeGradientGraph(files: ModelFiles): Graph {
  const { dModel, finalNorm, unembedding } = files.architecture;
  const g = new Graph('logits edge gradients');
  const weights = new WeightReader(g, files);
  const final = g.input('final', 'float32', ['batch', 1, dModel]);
  const ids = g.input('ids', 'int64', ['idBatch', 'answers']);
  const all = g.input('all', 'bool', []);
  const gradient = g.input('gradient', 'float32', ['batch', 1, 'logits']);
  const changes = g.input('changes', 'float32', ['sources', 'batch', 'seq', dModel]);

  const table = weights.tensor(unembedding); // [vocabulary, d_model]
  const normed = weights.norm(final, finalNorm);
  // The unembedding is linear: its transpose takes the logits' gradient back.
  const [normedGradient] = g.choose(
    all,
    () => [matmul(gradient, table)],
    () => [matmul(gradient, gather(table, ids, 0))],
  ) as [Value];
  const [residGradient] = gradients([{ value: normed, gradient: normedGradient }], [final]) as [Value];
  const bySource = positionsTogether(sliceFrom(changes, g.integers(-1), 2)); // [batch, sources, d_model]
  g.output('scores', reshape(matmul(bySource, reshape(residGradient, 0, -1, 1)), 0, -1));
  g.output('residGradient', residGradient);
  return g;
}

/** [n, batch, positions, d_model] → [batch, n, positions · d_model] */
const positionsTogether = (x: Value): Value => reshape(transpose(x, 1, 0, 2, 3), 0, 0, -1);
